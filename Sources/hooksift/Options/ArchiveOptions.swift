import Analysis
import Archives
import ArgumentParser
import Bytes
import Foundation
import Observations

/// Which archives are read.
struct ArchiveOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Files or directories of archives; - is standard input.",
      valueName: "archive"
    )
  )
  var archives: [String] = []

  /// The archives and the places that could not be looked at.
  ///
  /// - Throws: ``CommandFailure`` where there is nothing to read.
  func find(excluding directory: String?) throws -> ArchiveFinder.Findings {
    guard !archives.isEmpty else {
      throw CommandFailure(.usage, "no archives given; name files or directories of them")
    }
    let findings = ArchiveFinder.find(archives, excluding: directory)
    guard findings.archives.isEmpty else { return findings }
    let places =
      findings.unreadable.isEmpty
      ? "\(archives.joined(separator: ", ")): no \(ArchiveFinder.suffixes.joined(separator: ", "))"
      : findings.unreadable.map { "\($0.path): \($0.reason)" }.joined(separator: "; ")
    throw CommandFailure(.noInput, "no archives found: \(places)")
  }
}

/// How deliveries are cut into windows.
struct WindowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Length of the windows in which repeats count once: 90s, 30m, 1h, 1d.",
      valueName: "length"
    )
  )
  var window = WindowLength(microseconds: WindowPolicy.defaultSize)

  @Option(
    help: ArgumentHelp(
      "tumbling windows, or session: runs of deliveries with gaps of at most the length.",
      valueName: "kind"
    )
  )
  var windowKind = WindowPolicy.Kind.tumbling

  @Option(
    help: ArgumentHelp("The time zone of dates, Europe/Berlin for instance.", valueName: "zone")
  )
  var timezone = "UTC"

  func policy() throws -> WindowPolicy {
    guard let calendar = LocalCalendar(identifier: timezone) else {
      throw CommandFailure(
        .usage,
        "--timezone \(timezone): no such time zone; names are like Europe/Berlin or UTC"
      )
    }
    return WindowPolicy(kind: windowKind, size: window.microseconds, calendar: calendar)
  }
}

extension WindowPolicy.Kind: ExpressibleByArgument {}

/// A length of time as a user writes it.
struct WindowLength: ExpressibleByArgument, Equatable {
  let microseconds: Int64

  init(microseconds: Int64) { self.microseconds = microseconds }

  /// A whole number and a unit: `s`, `m`, `h` or `d`; from one second to seven days.
  init?(argument: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    guard let letter = argument.last, let unit = units[letter],
      let count = Int64(argument.dropLast()), argument.first?.isNumber == true,
      count >= 1, count <= 7 * 86400 / unit
    else { return nil }
    microseconds = count * unit * 1_000_000
  }

  var defaultValueDescription: String { "\(microseconds / 60_000_000)m" }
}

/// Which part of the lake is summarised.
struct SummaryOptions: ParsableArguments {
  @OptionGroup var dates: DateOptions

  @Option(help: ArgumentHelp("The features in exposures.", valueName: "which"))
  var exposures = SummaryPlan.Exposures.multivariate

  @Option(
    help: ArgumentHelp(
      "How many values of a trait trait_daily names; the others become one row.",
      valueName: "count"
    )
  )
  var topValues = SummaryPlan.defaultTopValues

  func plan(memory: MemoryOption) throws -> SummaryPlan {
    guard topValues >= 1 else {
      throw CommandFailure(.usage, "--top-values \(topValues): must be 1 or more")
    }
    var plan = SummaryPlan()
    plan.since = dates.since?.days
    plan.until = dates.until?.days
    plan.exposures = exposures
    plan.topValues = topValues
    plan.memory = memory.bytes
    return plan
  }
}

extension SummaryPlan.Exposures: ExpressibleByArgument {}

/// From which date to which.
struct DateOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The first date, YYYY-MM-DD.", valueName: "date"))
  var since: DateArgument?

  @Option(help: ArgumentHelp("The date before which to stop, YYYY-MM-DD.", valueName: "date"))
  var until: DateArgument?

  func validate() throws {
    if let since, let until, since.days >= until.days {
      throw ValidationError("--since must be before --until")
    }
  }
}

/// A date as a user writes it.
struct DateArgument: ExpressibleByArgument, Equatable {
  /// Days since 1970-01-01.
  let days: Int

  init?(argument: String) {
    guard let date = CivilDate(argument) else { return nil }
    days = date.daysSinceEpoch
  }
}
