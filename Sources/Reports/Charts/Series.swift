internal import Analysis

/// How the arms look, in the order of the report: by color, and by dashes and shapes too.
enum Series {
  static let count = 6

  /// The class of an arm: the control is grey, the others have colors of their own.
  static func style(_ place: Int) -> Markup {
    place == 0 ? "s0" : "s\((place - 1) % (count - 1) + 1)"
  }

  static func style(of name: String, in arms: [ExperimentReport.Arm]) -> Markup {
    style(arms.firstIndex { $0.name == name } ?? 0)
  }
}
