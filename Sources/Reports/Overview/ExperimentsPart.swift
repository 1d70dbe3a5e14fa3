internal import Analysis

/// The experiments, each with its verdict.
struct ExperimentsPart {
  private let experiments: [Overview.Experiment]
  private let lastDay: Int?

  init(_ overview: Overview) {
    experiments = overview.experiments
    lastDay = overview.lake.days.last
  }

  var section: Section {
    guard !experiments.isEmpty else {
      return Section(
        id: "experiments",
        heading: "Experiments",
        blocks: [
          .text(
            "No experiment is configured: <code>experiments:</code> in <code>hooksift.yaml</code> declares them."
          )
        ]
      )
    }
    return Section(
      id: "experiments",
      heading: "Experiments",
      blocks: [
        .text(
          "What each experiment showed by the date of its report; the links lead to all of it."
        ),
        .table(
          TableModel(
            label: "Experiments",
            caption: "Experiments of the configuration, and others that were reported",
            columns: [
              .init(title: "Experiment"), .init(title: "Verdict"), .init(title: "Dates"),
              .init(title: "Data until"), .number("Identities"),
            ],
            rows: experiments.map(row)
          )
        ),
      ]
    )
  }

  private func row(_ experiment: Overview.Experiment) -> TableModel.Row {
    let absent: Markup =
      experiment.isConfigured ? "" : "<span class=\"sub\">not configured any more</span>"
    guard let report = experiment.report else {
      let why: Markup =
        experiment.isDamaged
        ? "Its report cannot be read; <code>hooksift report</code> makes it anew."
        : "No report. It was not made yet, or could not be: <code>hooksift report</code> says why."
      return .init(
        header: "\(name: experiment.name)\(absent)",
        cells: [.prose(why), .text("–"), .text("–"), .words("–")]
      )
    }
    let verdict = VerdictMaker(report).verdict
    let analysed = report.arms.reduce(0) { $0 + $1.identities }
    return .init(
      header:
        "<a href=\"experiments/\(Self.encoded(experiment.name))/report.html\">\(name: experiment.name)</a>\(absent)",
      cells: [
        .prose(
          "<span class=\"\(verdict.kind)\"><span class=\"mark\">\(Self.mark(verdict.kind))</span></span> \(verdict.headline)"
        ),
        .text("\(Dates.date(report.start)) to \(Dates.date(Dates.dayBefore(report.end)))"),
        .text("\(Dates.date(report.asOf))\(isBehind(report) ? Self.behind : "")"),
        .number("\(Numbers.count(analysed))"),
      ]
    )
  }

  private static let behind: Markup = "<span class=\"sub\">the lake has later dates</span>"

  /// Whether there are dates of the experiment that the report does not know.
  private func isBehind(_ report: ExperimentReport) -> Bool {
    guard !report.isOver, let lastDay, let day = Dates.day(report.asOf) else { return false }
    return lastDay > day
  }

  private static func mark(_ kind: Markup) -> Markup {
    switch kind {
    case "good": "▲"
    case "bad": "▼"
    case "stop": "✕"
    default: "◆"
    }
  }

  /// A name as a part of an address.
  private static func encoded(_ name: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    return name.utf8.map { byte in
      if plain.contains(byte) { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }
}
