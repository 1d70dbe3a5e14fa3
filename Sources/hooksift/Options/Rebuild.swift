import ArgumentParser
import Configuration

/// What `--rebuild` makes anew: the lake, or dates of it.
struct Rebuild {
  private static let option = "--rebuild"

  /// The dates, in days since 1970-01-01; none where it is the whole.
  let days: Set<Int32>

  /// Whether it is the whole lake.
  var isWhole: Bool { days.isEmpty }

  /// - Parameter arguments: What was given; `nil` results from nothing.
  init?(_ arguments: [RebuildArgument]) {
    guard !arguments.isEmpty else { return nil }
    let dates = arguments.compactMap(\.date)
    days = dates.count < arguments.count ? [] : Set(dates.map { Int32($0.days) })
  }

  /// Arguments in which each date has an option of its own.
  ///
  /// The dates are what follows the option and looks like dates, so that archives may follow too; a directory with such a name
  /// is given as `./2026-11-01`.
  ///
  /// - Parameter arguments: The arguments as the user gave them.
  /// - Returns: `--rebuild=all`, or `--rebuild=` and a date for each, in the place of `--rebuild` and its dates.
  static func spelledOut(_ arguments: some Collection<String>) -> [String] {
    var result: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument == option else {
        result.append(argument)
        if argument == "--" { break }
        continue
      }
      let dates = rest.prefix(while: looksLikeDate)
      rest = rest.dropFirst(dates.count)
      result += (dates.isEmpty ? [RebuildArgument.all] : Array(dates)).map { "\(option)=\($0)" }
    }
    return result + rest
  }

  /// Whether it is digits with two hyphens between them, be there such a date or not.
  private static func looksLikeDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 3
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }
}

/// One value of `--rebuild`.
struct RebuildArgument: ExpressibleByArgument {
  static let all = "all"

  /// `nil` stands for all dates.
  let date: DateText?

  init?(argument: String) {
    if argument == Self.all {
      date = nil
    } else if let date = DateText(setting: argument) {
      self.date = date
    } else {
      return nil
    }
  }
}
