import Archives
import Bytes
import Captures
import Foundation
import Lake
import Observations
import Pipeline
import TestSupport

/// One ingestion into a workspace of its own, and what it left there.
struct IngestRun {
  let directory: TemporaryDirectory
  let result: IngestResult
  /// The bytes of the lake's files, by their paths in the lake.
  let lakeFiles: [String: [UInt8]]
  /// The bytes of the quarantine's files, by their names.
  let quarantineFiles: [String: [UInt8]]

  init(
    _ paths: [String],
    windows: WindowPolicy = WindowPolicy(),
    verifier: Verifier = MadeLines.verifier(),
    salvages: Bool = false,
    maximumLineLength: Int = ArchiveReader.defaultMaximumLineLength,
    changing: (inout IngestPlan) -> Void = { _ in }
  ) throws {
    directory = try TemporaryDirectory()
    var plan = IngestPlan(
      archives: paths.map(Archive.init),
      verifier: verifier,
      windows: windows,
      salvages: salvages
    )
    plan.maximumLineLength = maximumLineLength
    changing(&plan)
    let workspace = try Workspace.writing(directory.path("out"))
    result = try Ingest(plan).run(
      Ingest.Directories(
        lake: try workspace.stage(.lake),
        quarantine: try workspace.stage(.quarantine),
        temporary: try workspace.temporaryDirectory()
      )
    )
    try workspace.publish([.lake, .quarantine])
    lakeFiles = try TemporaryDirectory.files(below: workspace.directory(.lake))
    quarantineFiles = try TemporaryDirectory.files(below: workspace.directory(.quarantine))
  }

  var workspace: Workspace { .reading(directory.path("out")) }

  /// The files of the lake but the ledger, which names paths and archives, and the manifest, which has its digest.
  var facts: [String: [UInt8]] {
    lakeFiles.filter { !$0.key.hasPrefix("archives/") && $0.key != "manifest.json" }
  }

  /// The files of the lake that do not tell which archive a line came from or how often it was rejected.
  var observations: [String: [UInt8]] { facts.filter { !$0.key.hasPrefix("delivery_counts/") } }

  func record(_ path: String) -> ArchiveRecord? { result.records.first { $0.path == path } }

  /// All rows of a table of the lake, with the date of their partition.
  func rows(_ table: LakeTable) throws -> [Row] {
    try LakeReader(workspace).files(table).flatMap { file in
      try Row.read(file.path).map { row in
        var row = row
        if let day = file.day { row["date"] = .integer(Int64(day)) }
        return row
      }
    }
  }

  /// The lines that are in the quarantine of an archive.
  func quarantined(_ path: String) throws -> [QuarantinedLine] {
    guard let digest = record(path)?.digest.hexadecimal else { return [] }
    let name = "\(digest).jsonl.gz"
    guard quarantineFiles[name] != nil else { return [] }
    var lines: [QuarantinedLine] = []
    var reader = try ArchiveReader(
      Archive(path: "\(workspace.directory(.quarantine))/\(name)")
    )
    while try reader.next() == .line {
      var bytes: [UInt8] = []
      bytes.append(reader.bytes)
      lines.append(try JSONDecoder().decode(QuarantinedLine.self, from: Data(bytes)))
    }
    return lines
  }
}

/// A record of the quarantine, decoded by Foundation.
struct QuarantinedLine: Decodable, Hashable {
  var archive: String
  var line: Int
  var offset: Int
  var reason: String
  var detail: String
  var raw: String?
  var base64: String?

  enum CodingKeys: String, CodingKey {
    case archive
    case line
    case offset
    case reason
    case detail
    case raw
    case base64 = "raw_base64"
  }

  /// The original bytes of the line.
  var bytes: [UInt8]? {
    if let raw { return base64 == nil ? Array(raw.utf8) : nil }
    return base64.flatMap { Data(base64Encoded: $0) }.map(Array.init)
  }
}
