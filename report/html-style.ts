/** The page's only style. No font, picture or script comes from elsewhere: it is opened on closed networks. */
export const style = `
:root { color-scheme: light dark;
  --page: #fff; --card: #f5f6f8; --line: #dcdfe4; --text: #1b1f24; --quiet: #5c6672;
  --good: #1a7f4b; --good-soft: #cfe9da; --same: #a9c7ba; --bad: #c62828; --bad-soft: #fbe3e3; --warn: #8a5a00; --warn-soft: #fdf0d2;
  --probe: #5b8def; --watch: #8b93a0; --blind: #b8bec8; --band: #eef0f4; --band-2: #e3e7ee; --person: #7b3fb5; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14171b; --card: #1d2127; --line: #343b45; --text: #e6e9ee; --quiet: #9aa5b1;
  --good: #45b97c; --good-soft: #1d4a33; --same: #4d6f60; --bad: #f06a6a; --bad-soft: #4a2023; --warn: #e3b341; --warn-soft: #43361a;
  --probe: #7aa5ff; --watch: #7d8793; --blind: #59626e; --band: #1d2127; --band-2: #272d36; --person: #c193f0; } }
@media print { :root { color-scheme: light;
  --page: #fff; --card: #f5f6f8; --line: #bbb; --text: #000; --quiet: #444;
  --good: #1a7f4b; --good-soft: #cfe9da; --same: #a9c7ba; --bad: #c62828; --bad-soft: #fbe3e3; --warn: #8a5a00; --warn-soft: #fdf0d2;
  --probe: #5b8def; --watch: #8b93a0; --blind: #b8bec8; --band: #eef0f4; --band-2: #e3e7ee; --person: #7b3fb5; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; } section, .card, tr, pre { break-inside: avoid; } section.long { break-inside: auto; }
  details:not([open])::details-content { content-visibility: visible; block-size: auto; opacity: 1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; line-height: 1.25; margin: 6px 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 36px 0 10px; }
p { margin: 6px 0; }
.quiet { color: var(--quiet); } .small { font-size: 13px; }
.badge { display: inline-block; padding: 1px 10px; border-radius: 999px; font-size: 13px; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.badge.good { background: var(--good-soft); } .badge.bad { background: var(--bad-soft); } .badge.warn { background: var(--warn-soft); }
.badge.plain { background: var(--card); color: var(--quiet); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 18px 0 8px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.card .label { color: var(--quiet); font-size: 13px; } .card .value { font-size: 22px; font-weight: 600; }
.card .note { color: var(--quiet); font-size: 13px; overflow-wrap: anywhere; }
ul.remarks { margin: 8px 0; padding: 8px 14px 8px 32px; background: var(--warn-soft); border-radius: 8px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; min-width: 620px; font-size: 14px; }
th { text-align: left; white-space: nowrap; color: var(--quiet); font-weight: 600; font-size: 13px; }
th, td { padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.nowrap { white-space: nowrap; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
pre { margin: 6px 0; padding: 8px 12px; background: var(--card); border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
details { border-bottom: 1px solid var(--line); padding: 6px 0; } summary { cursor: pointer; }
details table { margin: 6px 0 4px; }
.trouble { border-left: 4px solid var(--bad); padding: 2px 0 2px 14px; margin: 14px 0; }
svg { display: block; width: 100%; height: auto; min-width: 680px; font: 12px system-ui, "DejaVu Sans", sans-serif; }
svg text { fill: var(--text); } svg text.quiet { fill: var(--quiet); }
.band { fill: var(--band); } .band.odd { fill: var(--band-2); } .grid { stroke: var(--line); stroke-width: 1; }
.lane { fill: var(--card); } .up { fill: var(--good); opacity: .75; } .down { fill: var(--bad); } .unseen { fill: url(#hatch); }
.waits { fill: var(--probe); opacity: .2; } .curve { fill: none; stroke: var(--probe); stroke-width: 1.5; } .curve-point { fill: var(--probe); }
.hatch { stroke: var(--blind); stroke-width: 3; }
.bar.done { fill: var(--good); } .bar.unchanged { fill: var(--same); } .bar.probe { fill: var(--probe); } .bar.watch { fill: var(--watch); }
.bar.failed { fill: var(--bad); } .bar:hover { stroke: var(--text); stroke-width: 1.5; }
.person { stroke: var(--person); stroke-width: 1.5; stroke-dasharray: 3 3; } .person-mark { fill: var(--person); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--quiet); margin: 6px 0; }
.legend i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.key-done { background: var(--good); } .key-unchanged { background: var(--same); } .key-probe { background: var(--probe); }
.key-failed { background: var(--bad); } .key-person { background: var(--person); }
.key-blind { background: repeating-linear-gradient(45deg, var(--blind) 0 3px, transparent 3px 6px); }
`;
