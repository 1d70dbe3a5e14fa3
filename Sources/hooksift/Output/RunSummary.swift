import Archives
import Captures
import Foundation
import Lake
import Pipeline

/// What `runs.jsonl` says of a run.
struct RunEntry: Codable {
  let command: String
  let startedAt: String
  let finishedAt: String
  let seconds: Double
  let archives: Int
  let unreadable: Int
  let lines: Int64
  let identityDeliveries: Int64
  let otherDeliveries: Int64
  let quarantined: Int64
  let observations: Int
  let identities: Int
  /// How many of the identity deliveries were of identities that were erased; `nil` for none.
  var forgottenDeliveries: Int64?
  /// What `forget` erased; `nil` for other commands.
  var erased: Erased?

  /// What was erased, in numbers alone.
  struct Erased: Codable {
    let identities: Int
    let found: Int
    let observations: Int
    let deliveries: Int64
    let traitValues: Int
    let partitions: Int
    let states: Int
    let quarantinedLines: Int
  }

  /// The first of the archives that could not be read; `nil` where there are none, and in entries of old.
  var failed: [Failure]?

  /// An archive that could not be read, or not to its end.
  struct Failure: Codable {
    let path: String
    let reason: String
  }

  /// How many archives are named, and how long a reason may be.
  static let greatestFailureCount = 20
  private static let greatestReasonLength = 400

  /// Names the first of the archives that could not be read.
  mutating func name(_ failures: [Failure]) {
    guard !failures.isEmpty else { return }
    failed = failures.prefix(Self.greatestFailureCount).map { failure in
      let reason = failure.reason
      let isLong = reason.count > Self.greatestReasonLength
      return Failure(
        path: failure.path,
        reason: isLong ? reason.prefix(Self.greatestReasonLength) + "…" : reason
      )
    }
  }

  /// The entry as a line of JSON.
  var line: String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// The entries of `runs.jsonl`; what is not one is left out.
  static func all(at path: String) -> [RunEntry] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap {
      try? decoder.decode(RunEntry.self, from: Data($0.utf8))
    }
  }
}

/// What a run did, in numbers.
struct RunSummary {
  let result: IngestResult
  /// The places that could not be looked at.
  let unreachable: [ArchiveFinder.Unreadable]
  let seconds: Double

  private func total(_ count: (ArchiveRecord) -> Int64) -> Int64 {
    result.records.reduce(0) { $0 + count($1) }
  }

  var lines: Int64 { total(\.lines) }
  var quarantined: Int64 { total(\.quarantined) }

  /// Whether signatures were checked and none was right.
  var nothingVerifies: Bool {
    total { $0.lines(.accepted(.verified)) + $0.lines(.accepted(.reconstructed)) } == 0
      && total { $0.lines(.rejected(.signatureMismatch)) } > 0
  }

  /// The share of all lines that was rejected.
  var rejectedShare: Double { lines == 0 ? 0 : Double(quarantined) / Double(lines) }

  /// The rows of the closing table.
  var rows: [(name: String, value: String, remark: String)] {
    var rows: [(name: String, value: String, remark: String)] = []
    rows.append(("archives", Self.format(Int64(result.records.count)), archivesRemark))
    rows.append(("lines", Self.format(lines), ""))
    let identities = Self.format(total(\.identityDeliveries))
    let others = Self.format(total(\.otherDeliveries))
    let kinds = "\(identities) identity deliveries, \(others) others"
    let counts = Verdict.allCases.map { verdict in total { $0.lines(.accepted(verdict)) } }
    var remark = kinds
    for (verdict, count) in zip(Verdict.allCases, counts) where count > 0 || verdict == .verified {
      rows.append(("  \(verdict.rawValue)", Self.format(count), remark))
      remark = ""
    }
    if result.forgottenDeliveries > 0 {
      let remark = "identity deliveries of erased identities, left out"
      rows.append(("  forgotten", Self.format(result.forgottenDeliveries), remark))
    }
    rows.append(("  quarantined", Self.format(quarantined), ""))
    for reason in RejectionReason.allCases {
      let count = total { $0.lines(.rejected(reason)) }
      if count > 0 { rows.append(("    \(reason.rawValue)", Self.format(count), "")) }
    }
    rows.append(("observations", Self.format(Int64(result.observations)), ""))
    rows.append(("identities", Self.format(Int64(result.identities)), ""))
    rows.append(("seconds", String(format: "%.2f", seconds), ""))
    return rows
  }

  private var archivesRemark: String {
    var remarks: [String] = []
    let salvaged = result.failures.count { $0.isSalvaged }
    let unread = result.failures.count - salvaged
    if result.knownCount > 0 { remarks.append("\(result.knownCount) known before") }
    if unread > 0 { remarks.append("\(unread) could not be read") }
    if salvaged > 0 { remarks.append("\(salvaged) salvaged") }
    if !result.copies.isEmpty {
      remarks.append(result.copies.count.of("copy", "copies") + " left out")
    }
    return remarks.joined(separator: ", ")
  }

  /// What could not be read, or not to its end, and why.
  private var failures: [RunEntry.Failure] {
    unreachable.map { RunEntry.Failure(path: $0.path, reason: $0.reason) }
      + result.failures.map { failure in
        let remark = failure.isSalvaged ? "; the complete lines before it were taken" : ""
        return RunEntry.Failure(path: failure.path, reason: failure.reason + remark)
      }
  }

  /// The line of `runs.jsonl`.
  func journalLine(command: String, started: Date, finished: Date) -> String {
    var entry = RunEntry(
      command: command,
      startedAt: started.formatted(.iso8601),
      finishedAt: finished.formatted(.iso8601),
      seconds: (seconds * 1000).rounded() / 1000,
      archives: result.records.count,
      unreadable: failures.count,
      lines: lines,
      identityDeliveries: total(\.identityDeliveries),
      otherDeliveries: total(\.otherDeliveries),
      quarantined: quarantined,
      observations: result.observations,
      identities: result.identities,
      forgottenDeliveries: result.forgottenDeliveries > 0 ? result.forgottenDeliveries : nil
    )
    entry.name(failures)
    return entry.line
  }

  /// A whole number with a comma between thousands.
  static func format(_ number: Int64) -> String {
    var digits = Array(String(number))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return String(digits)
  }
}

extension Int {
  /// The number and what it counts, in the singular or the plural.
  func of(_ one: String, _ many: String) -> String { "\(self) \(self == 1 ? one : many)" }
}
