import Archives
import Bytes
import Captures
import Foundation
import Lake
import Observations
import Pipeline
import Recognition
import TestSupport

/// What an ingestion of one archive left.
struct LakeOutput: Equatable {
  /// The bytes of the lake's and the quarantine's files.
  let files: [String: [UInt8]]
  let identityDeliveries: Int64
  /// The number and the reason of every rejected line.
  let rejected: [Rejected]

  struct Rejected: Equatable, Decodable {
    var line: Int
    var reason: String
  }

  init(_ path: String, _ verifier: Verifier, changing: (inout IngestPlan) -> Void) throws {
    let directory = try TemporaryDirectory()
    var plan = IngestPlan(
      archives: [Archive(path: path)],
      verifier: verifier,
      windows: WindowPolicy()
    )
    changing(&plan)
    let lake = try directory.makeDirectory("lake")
    let quarantine = try directory.makeDirectory("quarantine")
    let temporary = try directory.makeDirectory("temporary")
    let result = try Ingest(plan).run(
      Ingest.Directories(lake: lake, quarantine: quarantine, temporary: temporary)
    )
    identityDeliveries = result.records.map(\.identityDeliveries).reduce(0, +)
    var files = try TemporaryDirectory.files(below: lake)
    var rejected: [Rejected] = []
    for (name, bytes) in try TemporaryDirectory.files(below: quarantine) {
      files["quarantine/" + name] = bytes
      var reader = try ArchiveReader(Archive(path: "\(quarantine)/\(name)"))
      while try reader.next() == .line {
        var line: [UInt8] = []
        line.append(reader.bytes)
        rejected.append(try JSONDecoder().decode(Rejected.self, from: Data(line)))
      }
    }
    self.files = files
    self.rejected = rejected
  }
}
