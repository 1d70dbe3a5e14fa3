internal import Bytes

/// How the page looks.
enum PageStyle {
  /// What a browser may take in: this style, by its digest, and nothing else at all.
  static var policy: Markup {
    var encoded: [UInt8] = []
    Base64.encode(Digest256(hashing: sheet.source.utf8.span).bytes.span, into: &encoded)
    let hash = String(decoding: encoded, as: UTF8.self)
    return
      "default-src &#39;none&#39;; style-src &#39;sha256-\(hash)&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"
  }

  static let sheet: Markup = """
    :root{color-scheme:light dark;--paper:#fff;--ink:#1b1e23;--soft:#555b64;--rule:#d9dce1;--faint:#f3f4f6;--edge:#7d838c;\
    --good:#0a6b4b;--bad:#a8320f;--link:#0b57a4;--s0:#555b64;--s1:#0b62a8;--s2:#b0500a;--s3:#00735a;--s4:#8a3ea8;--s5:#7a6200;\
    --h0:#f7f8f9;--h1:#e6f0f9;--h2:#cfe2f3;--h3:#b3d1ec;--h4:#95bfe3;--h5:#78addb}
    @media (prefers-color-scheme:dark){:root{--paper:#15171b;--ink:#e8eaed;--soft:#a9b0b9;--rule:#363b43;--faint:#1e2126;--edge:#868d97;\
    --good:#5fd0a4;--bad:#ff9a78;--link:#85bdf5;--s0:#a9b0b9;--s1:#6db3f2;--s2:#f0a35e;--s3:#4cc9a0;--s4:#d19be8;--s5:#d8c04f;\
    --h0:#1b1e23;--h1:#1a2836;--h2:#1c354c;--h3:#1f4363;--h4:#22517a;--h5:#265f92}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:auto}
    body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;\
    font-variant-numeric:tabular-nums lining-nums;overflow-wrap:anywhere}
    header,main,footer{max-width:66rem;margin:0 auto;padding:0 1rem}
    header{padding-top:2.5rem}
    p,dl,figcaption,.statements{max-width:44rem}
    p{margin:.6rem 0}
    h1{font-size:1.9rem;line-height:1.2;margin:.1rem 0 1rem;font-weight:650;letter-spacing:-.01em}
    h2{font-size:1.25rem;line-height:1.3;margin:0 0 .6rem;font-weight:650}
    h3{font-size:1rem;margin:1.6rem 0 .3rem;font-weight:600}
    a{color:var(--link);text-underline-offset:.2em}
    :focus-visible{outline:3px solid var(--link);outline-offset:3px;border-radius:2px}
    .skip{position:absolute;left:-99rem;top:0;background:var(--paper);padding:.5rem 1rem;z-index:1}
    .skip:focus{left:0}
    .kicker{margin:0;color:var(--soft);font-size:.875rem}
    .facts{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:0;max-width:none}
    dt{color:var(--soft);font-size:.8125rem}
    dd{margin:0}
    main>section{padding:2rem 0 .5rem;border-top:1px solid var(--rule);margin-top:1.5rem}
    main>.verdict{border-top:0;border-left:5px solid var(--edge);background:var(--faint);padding:1.25rem 1.5rem;margin-top:1.75rem}
    .verdict h2{font-size:.875rem;color:var(--soft);font-weight:500;margin:0}
    .verdict.good{border-color:var(--good)}
    .verdict.bad,.verdict.stop{border-color:var(--bad)}
    .headline{font-size:1.4rem;line-height:1.35;font-weight:550;margin:.2rem 0 .8rem}
    .statements{list-style:none;margin:0 0 .8rem;padding:0}
    .verdict p,.statements{max-width:52rem}.verdict bdi{font-weight:600}\
    .statements li{margin:.35rem 0}
    .mark{font-weight:650;white-space:nowrap}
    .good>.mark,.good .tag{color:var(--good)}
    .bad>.mark,.stop>.mark,.bad .tag{color:var(--bad)}
    .provenance,.note,figcaption,footer{color:var(--soft);font-size:.875rem}
    .provenance{margin-bottom:0}
    nav ol{columns:2 15rem;margin:1.5rem 0 0;padding-left:1.4rem;font-size:.9375rem}
    nav li{margin:.15rem 0}
    footer{padding-top:1.5rem;padding-bottom:3rem;border-top:1px solid var(--rule);margin-top:2rem}
    .scroll{overflow-x:auto;margin:.8rem 0 1.2rem;max-width:100%}
    table{border-collapse:collapse;width:100%;font-size:.9375rem;line-height:1.4;overflow-wrap:normal}
    caption{text-align:left;color:var(--soft);font-size:.875rem;padding-bottom:.5rem}caption span{display:inline-block;position:sticky;left:0;max-width:min(44rem,calc(100vw - 2rem))}
    th,td{text-align:left;vertical-align:baseline;padding:.45rem 1.1rem .45rem 0;font-weight:400;max-width:22rem}
    th:last-child,td:last-child{padding-right:.2rem}
    thead th{color:var(--soft);font-size:.8125rem;border-bottom:1px solid var(--edge);vertical-align:bottom}
    tbody tr+tr>*{border-top:1px solid var(--rule)}
    tbody th{font-weight:550;min-width:7rem;overflow-wrap:anywhere}
    td.number{text-align:right;white-space:nowrap}
    th.number{text-align:right}
    td:not(.number){min-width:6.5rem}td.names{min-width:9rem}bdi{overflow-wrap:anywhere}td.prose{min-width:13rem}td.words{font-size:.875rem;color:var(--soft);text-align:right}
    td.heat{padding:.3rem .5rem;border-left:2px solid var(--paper)}td.heat .sub{color:var(--ink)}td.open{color:var(--soft);border-left-style:dotted;border-left-color:var(--edge)}\
    .h0{background:var(--h0)}.h1{background:var(--h1)}.h2{background:var(--h2)}.h3{background:var(--h3)}.h4{background:var(--h4)}.h5{background:var(--h5)}
    .key{color:var(--c)}.date{white-space:nowrap}
    .sub{display:block;color:var(--soft);font-size:.8125rem;font-weight:400}
    .entries{display:grid;grid-template-columns:12rem 1fr;gap:0 1.5rem;margin:0;padding:.35rem 0;border-top:1px solid var(--rule)}
    .item{margin:.25rem 0}
    .status{white-space:nowrap;font-weight:600}
    .passed{color:var(--good)}
    .failed,.warning{color:var(--bad)}
    .unknown{color:var(--soft)}
    figure{margin:1rem 0 1.5rem;min-width:0}
    figure h3{margin-top:.5rem}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 2.5rem;align-items:end}
    .chart{display:block;overflow:visible;fill:none}
    .stretched{overflow:hidden}
    .plot{width:calc(100% - 76px);margin:12px 12px 30px 60px}
    .plot.named{width:calc(100% - 140px);margin-right:80px}
    .forest{width:calc(100% - 8px);margin:6px 4px 32px}
    .flat{margin:6px 0 12px}
    .label{fill:var(--soft);font-size:12px}
    .label.strong{fill:var(--ink);font-size:14px;font-weight:600}
    .label.number{fill:var(--ink)}
    .grid{stroke:var(--rule);stroke-width:1}
    .zero{stroke:var(--edge);stroke-width:1.5}
    .track{fill:var(--faint)}
    .bar{fill:var(--c,var(--s1))}
    .bar.whole{fill:var(--s1)}
    .bar.loss{fill:var(--s2)}
    .whisker{stroke:var(--c);stroke-width:2}
    .point{fill:var(--c);stroke:var(--paper);stroke-width:1.5}
    .trend{stroke:var(--c);stroke-width:2;fill:none;vector-effect:non-scaling-stroke}
    .band{fill:var(--c);stroke:none;vector-effect:non-scaling-stroke}
    .band.fixed{fill-opacity:.28}
    .band.sequential{fill-opacity:.1}.edge{stroke:var(--c);stroke-width:1;stroke-dasharray:4 3;vector-effect:non-scaling-stroke}.margin{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:3 3}
    .s0{--c:var(--s0)}.s1{--c:var(--s1)}.s2{--c:var(--s2)}.s3{--c:var(--s3)}.s4{--c:var(--s4)}.s5{--c:var(--s5)}
    .trend.s2{stroke-dasharray:8 4}.trend.s3{stroke-dasharray:2 3}.trend.s4{stroke-dasharray:10 3 2 3}.trend.s5{stroke-dasharray:5 2}
    .label.text{fill:var(--c)}
    .untrusted{--ink:var(--soft);--good:var(--soft);--bad:var(--soft);--s1:var(--edge);--s2:var(--edge);--s3:var(--edge);--s4:var(--edge);--s5:var(--edge);color:var(--soft)}
    .untrusted .label.text{fill:var(--soft)}\
    .distrust{font-weight:600;color:var(--soft)}
    @media (max-width:44rem){h1{font-size:1.5rem}.headline{font-size:1.2rem}\
    main>.verdict{padding:1rem}.entries{grid-template-columns:1fr}th,td{padding-right:.8rem}header{padding-top:1.5rem}}
    @media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--rule:#ccc;--faint:#fff;--edge:#777;--good:#0a6b4b;--bad:#a8320f;\
    --link:#000;--h0:#fff;--h1:#e6f0f9;--h2:#cfe2f3;--h3:#b3d1ec;--h4:#95bfe3;--h5:#78addb;--s0:#555b64;--s1:#0b62a8;--s2:#b0500a;--s3:#00735a;--s4:#8a3ea8;--s5:#7a6200}\
    html{font-size:9.5pt}body{print-color-adjust:exact;-webkit-print-color-adjust:exact}header,main,footer{max-width:none;padding:0}nav,.skip{display:none}\
    .scroll{overflow:visible}table{font-size:.78rem}thead th,.sub,.words{font-size:.68rem}th,td{padding-right:.5rem}td:not(.number){min-width:0}\
    figure,tr,.verdict,.entries{break-inside:avoid}h2,h3,caption,thead{break-after:avoid}.track{stroke:var(--rule)}}

    """
}
