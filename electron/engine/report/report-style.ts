/** How a report looks: on screen in either theme, and on paper. */
export const REPORT_STYLE = `
:root{--bg:#f4f6f9;--panel:#fff;--line:#dbe1e9;--soft:#e8edf3;--text:#18202b;--muted:#5d6979;
--accent:#1f6fd6;--band:rgba(31,111,214,.16);--low:#a57c00;--medium:#c2630a;--high:#c92a3a}
@media (prefers-color-scheme:dark){:root{--bg:#0e1116;--panel:#141920;--line:#262e39;
--soft:#1e252e;--text:#e8ecf2;--muted:#8d98a8;--accent:#4da3ff;--band:rgba(77,163,255,.2);
--low:#e8c547;--medium:#f2994a;--high:#f0616d}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:14px/1.5 Inter,"Segoe UI","Noto Sans",
"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","WenQuanYi Micro Hei",
"WenQuanYi Zen Hei","Droid Sans Fallback",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1080px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:24px;line-height:1.25;margin:0 0 4px;letter-spacing:-.3px}
h2{font-size:16px;margin:36px 0 10px}h3{font-size:13px;margin:0 0 2px;font-weight:600}
p{margin:0 0 8px;max-width:72ch}.muted{color:var(--muted)}
.lead{font-size:16px;margin:14px 0 0}
.card{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:12px 14px;
margin-bottom:10px;break-inside:avoid}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--muted);font-size:10.5px}.grid{stroke:var(--soft)}
.observed{fill:none;stroke:var(--text);stroke-width:1.1}
.forecast{fill:none;stroke:var(--accent);stroke-width:1}.band{fill:var(--band)}
.score{fill:none;stroke:var(--muted);stroke-width:1.1}
.threshold{fill:none;stroke:var(--high);stroke-width:1.2;stroke-dasharray:5 4}
.shade{opacity:.2}.shade.low{fill:var(--low)}.shade.medium{fill:var(--medium)}
.shade.high{fill:var(--high)}
.tick.low{fill:var(--low)}.tick.medium{fill:var(--medium)}.tick.high{fill:var(--high)}
.severity{white-space:nowrap;font-weight:600}.severity.low{color:var(--low)}
.severity.medium{color:var(--medium)}.severity.high{color:var(--high)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th{text-align:left;color:var(--muted);font-weight:500;font-size:12px}
th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--soft);vertical-align:top}
.table td:nth-child(-n+3),.share{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:0}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
.legend{display:flex;gap:18px;flex-wrap:wrap;font-size:12px;color:var(--muted);margin:0 0 10px;
max-width:none}
.legend i{display:inline-block;width:18px;height:0;border-top:2px solid;vertical-align:middle;
margin-right:6px}.legend .wide{height:8px;border:0;background:var(--band)}
.legend .l-observed{border-color:var(--text)}.legend .l-forecast{border-color:var(--accent)}
.legend .l-threshold{border-color:var(--high);border-top-style:dashed}
.bar{display:inline-block;height:6px;border-radius:3px;background:var(--accent);
vertical-align:middle;margin-right:6px}
.facts{margin-top:8px;width:auto}.facts td,.facts th{padding:2px 24px 2px 0;border:0}
@page{size:A4;margin:14mm 12mm}
@media print{:root{--bg:#fff;--panel:#fff;--line:#dbe1e9;--soft:#e8edf3;--text:#18202b;
--muted:#5d6979;--accent:#1f6fd6;--band:rgba(31,111,214,.16);--low:#a57c00;--medium:#c2630a;
--high:#c92a3a}body{font-size:11px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main{padding:0 1px;max-width:none}h2{break-after:avoid}.scroll{overflow:visible}
.table{break-inside:auto}tr{break-inside:avoid}thead{display:table-header-group}
.method{break-inside:avoid}.legend{break-after:avoid}p{max-width:none}
svg text{font-size:15px}.facts{font-size:inherit}.table td:nth-child(6){min-width:200px}}
`;
