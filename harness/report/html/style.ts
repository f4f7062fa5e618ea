/**
 * The page's style. A module rather than a file of its own, so that it is bundled with the rest. Colours are picked for
 * a contrast of 4.5 and more between text and what is behind it, on paper too; no meaning hangs on a colour alone.
 */
export const STYLE: string = `
:root{color-scheme:light dark;
--bg:#fff;--panel:#f6f8fa;--text:#1f2328;--muted:#59636e;--line:#d1d9e0;--link:#0550ae;
--pass:#116329;--fail:#b3151f;--warn:#7d4e00;--waived:#6639ba;--soft-fail:#fff0ee;--soft-warn:#fff8e0;
--starting:#a9cdf8;--answering:#4a8df0;--serving:#8cc7b5;--stopping:#b697f0;--gone:#d0d6dd;
--request:#24705e;--stdout:#57606a;--stderr:#7f4a14;--process:#6e7781;--name:#1f2328;
--who:16.5rem;--zoom:1;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{
--bg:#0d1117;--panel:#161b22;--text:#e6edf3;--muted:#9da7b3;--line:#343c46;--link:#79b8ff;
--pass:#56d364;--fail:#ff8a80;--warn:#e3b341;--waived:#c8a6ff;--soft-fail:#2b1517;--soft-warn:#272010;
--starting:#2c4d7d;--answering:#3f7fe0;--serving:#2a6b5c;--stopping:#6a4cb0;--gone:#3a424c;
--request:#6fd6b9;--stdout:#c3cbd4;--stderr:#e0a467;--process:#8b949e;--name:#f0f6fc}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
a{color:var(--link);text-underline-offset:2px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
code,pre,kbd,.happenings,.closeup .label,.who b,.clauses th[scope=row],.failure h4{font-family:var(--mono);font-size:.87em}
kbd{border:1px solid var(--line);border-radius:3px;padding:0 .3em;background:var(--panel)}
code.command{display:block;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all}
.skip{position:absolute;left:-999em}.skip:focus{left:1rem;top:.5rem;background:var(--bg);padding:.3rem .6rem;z-index:9}
.shapes{position:absolute}
body>header{padding:1.1rem 1.5rem .7rem;border-bottom:1px solid var(--line)}
h1{font-size:1.5rem;margin:0;line-height:1.3;overflow-wrap:anywhere}
body>header p{margin:.3rem 0 0;color:var(--muted);font-size:.9rem}
.badge{display:inline-block;border:2px solid;border-radius:.4em;padding:0 .45em;font-size:.8em;text-transform:uppercase;letter-spacing:.03em}
.pass{color:var(--pass)}.fail,.error{color:var(--fail)}.warn,.interrupted{color:var(--warn)}.waived{color:var(--waived)}.skipped,.blocked{color:var(--muted)}
body.pass,body.fail,body.error,body.interrupted,details.life,tr.clause,article.failure,tr.moment{color:var(--text)}
.page{display:grid;grid-template-columns:16rem minmax(0,1fr);gap:0 2rem;padding:0 1.5rem 4rem}
aside{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:1rem .2rem;font-size:.9rem}
aside h2{font-size:1rem;margin:1rem 0 .2rem}
aside ul{list-style:none;margin:.3rem 0;padding:0}
aside li{margin:.1rem 0}aside li a{overflow-wrap:anywhere;text-decoration:none}aside li a:hover{text-decoration:underline}
aside li.fail a,aside li.warn a,aside li.waived a{color:inherit;font-family:var(--mono);font-size:.92em}
.tools{border-bottom:1px solid var(--line);padding-bottom:.6rem}
.tools input[type=search],.tools input[type=range]{display:block;width:100%;font:inherit;margin:.2rem 0 .6rem}
.tools input[type=search]{padding:.3rem .5rem;border:1px solid var(--muted);border-radius:.4rem;background:var(--bg);color:var(--text)}
.tools fieldset{border:0;margin:0 0 .6rem;padding:0}.tools legend{padding:0;color:var(--muted)}.tools fieldset label{display:block}
.tools fieldset b{float:right;font-weight:500}
#found{margin:0;color:var(--muted);min-height:1.5em}
.keys{margin:.3rem 0}.keys div{display:flex;gap:.6rem}.keys dt{flex:0 0 4rem}.keys dd{margin:0;color:var(--muted)}
main{min-width:0;padding-top:1rem}main:focus{outline:0}
section.sidecar+section.sidecar{border-top:3px solid var(--line);margin-top:3rem;padding-top:1rem}
h2{font-size:1.25rem;margin:0 0 .5rem}h3{font-size:1.1rem;margin:1.8rem 0 .6rem}
.counts{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;list-style:none;margin:0 0 .6rem;padding:0}
.outcome{white-space:nowrap}
.subject{margin:0;font-size:.9rem}.subject div,.failure dl div{display:grid;grid-template-columns:5.5rem minmax(0,1fr)}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere;min-width:0}
.note{color:var(--muted)}.holds{color:var(--pass)}.further{color:var(--fail)}
.failure{border:1px solid var(--line);border-left:5px solid var(--fail);border-radius:.4rem;padding:.7rem 1rem;margin:.8rem 0;background:var(--panel)}
.failure.warn{border-left-color:var(--warn)}.failure.waived{border-left-color:var(--waived)}
.failure h4{margin:0;font-size:1.02rem;color:var(--fail);overflow-wrap:anywhere}.failure.warn h4{color:var(--warn)}.failure.waived h4{color:var(--waived)}
.failure small{font-weight:400;color:var(--muted);font-family:system-ui,sans-serif}
.promise{margin:.1rem 0 .5rem;color:var(--muted)}
.failure dl{margin:0}.failure dd ul{margin:.1rem 0;padding-left:1.1rem}.failure dl div{padding:.12rem 0}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}pre time{color:var(--muted)}
.key{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:0 0 .6rem;padding:0;font-size:.82rem;color:var(--muted)}.key b{color:var(--text);font-weight:500}
rect.starting{fill:var(--starting)}rect.answering{fill:var(--answering)}rect.serving{fill:var(--serving)}rect.stopping{fill:var(--stopping)}rect.gone{fill:var(--gone)}
path.request,path.process,path.stdout,path.stderr{fill:none;vector-effect:non-scaling-stroke;stroke-width:1.5}
path.request{stroke:var(--request);stroke-width:4;stroke-linecap:square}path.request.bad{stroke:var(--fail)}
path.stdout{stroke:var(--stdout)}path.stderr{stroke:var(--stderr)}
path.process{stroke:var(--process);stroke-width:3;stroke-linecap:square}path.process.left{stroke:var(--fail)}
use{fill:var(--name);stroke:var(--bg);stroke-width:1}
use[href="#mark-announced"]{fill:var(--bg);stroke:var(--name);stroke-width:1.5}
use[href="#mark-bad"]{fill:none;stroke:var(--fail);stroke-width:3}
use.flag{fill:var(--fail);stroke:none}line.flag{stroke:var(--fail);stroke-width:1.5}
.lanes{border:1px solid var(--line);border-radius:.4rem;overflow-x:auto;container-type:inline-size;background:var(--bg)}
.wide{width:calc(var(--who) + (100% - var(--who))*var(--zoom));min-width:100%;position:relative}
.axes,.life>summary{display:grid;grid-template-columns:var(--who) minmax(0,1fr)}
.who{position:sticky;left:0;z-index:2;padding:.25rem .6rem;background:var(--bg);border-right:1px solid var(--line);min-width:0}
.who b,.who small{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.who b{font-weight:500}.who small{color:var(--muted);font-size:.78rem}
.axes{border-bottom:1px solid var(--line);color:var(--muted);font-size:.82rem}.axes .who{padding-block:0}
.scale{display:block;position:relative;overflow:hidden;min-width:0;line-height:0}
.life+.life{border-top:1px solid var(--line)}
.life>summary{cursor:pointer;list-style:none}.life>summary::-webkit-details-marker{display:none}
.life>summary:hover .who,.life[open]>summary .who{background:var(--panel)}
.life.fail .who{box-shadow:inset 4px 0 var(--fail)}.life.warn .who{box-shadow:inset 4px 0 var(--warn)}.life.waived .who{box-shadow:inset 4px 0 var(--waived)}
.life.fail .mark{color:var(--fail)}.life.warn .mark{color:var(--warn)}.life.pass .mark{color:var(--pass)}
.life>summary:focus-visible{outline-offset:-2px}
.lane,.axis{display:block;width:100%;overflow:hidden}.lane .own{overflow:visible}
.lane{margin-block:4px}
.axis text{fill:var(--muted);font-size:11px;font-family:system-ui,sans-serif}.axis line{stroke:var(--line)}
.axis.lines{position:absolute;inset:0 0 0 var(--who);width:auto;height:100%;pointer-events:none}.axis.lines line{opacity:.45}
.wide .axis.lines{width:calc(100% - var(--who))}.lane{position:relative}
.axis.launch{display:none}
body:has(input[name=axis][value=launch]:checked) .axis.launch{display:block}
body:has(input[name=axis][value=launch]:checked) .axis.gate{display:none}
body:has(input[name=axis][value=launch]:checked) .lane{width:calc(100%*var(--stretch))}
.body{position:sticky;left:0;width:100cqi;padding:.6rem 1rem 1rem;background:var(--panel);border-top:1px solid var(--line)}
.judged{margin:0 0 .6rem;padding-left:1.1rem;font-size:.86rem;color:var(--muted)}
.closeup{display:grid;grid-template-columns:minmax(6rem,13rem) minmax(0,1fr);gap:1px .6rem;align-items:center;margin-bottom:.8rem}
.closeup .label{color:var(--muted);text-align:right;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-size:.78rem}
.closeup svg.row{width:100%;display:block;overflow:visible;background:var(--bg)}
.closeup text.name{fill:var(--name);font-size:11px;text-anchor:middle;font-family:system-ui,sans-serif}
.happenings{border-collapse:collapse;width:100%;line-height:1.4}
.happenings td,.happenings th{padding:0 .6rem 0 0;text-align:left;vertical-align:top;font-weight:400;overflow-wrap:anywhere}
.happenings th{color:var(--muted);font-family:system-ui,sans-serif}
.happenings td:nth-child(1){text-align:right;white-space:nowrap;color:var(--muted);width:6.5rem}
.happenings td:nth-child(2){white-space:nowrap;width:7.5rem}
.happenings tr.stdout td:nth-child(2),.happenings tr.look td{color:var(--muted)}.happenings tr.stderr td:nth-child(2){color:var(--stderr)}
.happenings tr.bad td+td,.happenings tr.left td{color:var(--fail)}
.happenings tr.demand td+td,.happenings tr.exit td+td,.happenings tr.ready td+td,.happenings tr.announcement td+td{font-weight:600}
.happenings tr.moment td{background:var(--soft-fail);color:var(--text);padding-block:.15rem}.happenings tr.moment td+td{font-weight:600}
.happenings tr.moment.warn td{background:var(--soft-warn)}.happenings tr.moment td:nth-child(2){color:var(--fail)}.happenings tr.moment.warn td:nth-child(2){color:var(--warn)}
.happenings tr.cut td,.happenings tr.pause td{color:var(--muted);font-style:italic;padding-block:.15rem}
.clauses{border-collapse:collapse;width:100%;font-size:.92rem}
.clauses th,.clauses td{text-align:left;vertical-align:top;padding:.25rem .8rem .25rem 0;border-top:1px solid var(--line);font-weight:400}
.clauses thead th{color:var(--muted);border:0}.clauses .group th{font-weight:600;padding-top:.9rem;border:0}.clauses .group small{color:var(--muted);font-weight:400}
.clauses td:nth-child(4){width:45%;overflow-wrap:anywhere}.clauses td:nth-child(5){font-size:.86em;overflow-wrap:anywhere}
.clauses .seen{margin:0;color:var(--muted);font-size:.92em}
:target{scroll-margin-top:2rem}
article:target,tr.clause:target{outline:2px solid var(--link);outline-offset:2px}
tr.moment:target td{box-shadow:inset 0 2px var(--fail),inset 0 -2px var(--fail)}
[hidden]{display:none!important}
@media (max-width:60rem){:root{--who:10rem}.page{display:block;padding:0 .8rem 3rem}aside{position:static;max-height:none}body>header{padding:1rem .8rem}
.clauses td:nth-child(3),.clauses thead th:nth-child(3),.clauses td:nth-child(5),.clauses thead th:nth-child(5){display:none}}
@media print{:root{--bg:#fff;--panel:#fff;--text:#000;--muted:#444;--line:#bbb;--link:#000;--pass:#116329;--fail:#b3151f;--warn:#7d4e00;--waived:#6639ba;--soft-fail:#fff;--soft-warn:#fff;
--starting:#a9cdf8;--answering:#4a8df0;--serving:#8cc7b5;--stopping:#b697f0;--gone:#d0d6dd;--request:#24705e;--stdout:#57606a;--stderr:#7f4a14;--process:#6e7781;--name:#000;--zoom:1!important;--who:11rem;color-scheme:light}
body{font-size:10pt}.page{display:block;padding:0}.tools,.skip,aside{display:none}
rect,path,line,use,.badge{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.failure,.life>summary,tr,.closeup{break-inside:avoid}h2,h3,h4{break-after:avoid}
.lanes,.scale{overflow:hidden}a{text-decoration:none}}
`
