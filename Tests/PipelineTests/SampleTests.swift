import Analysis
import Captures
import Foundation
import Lake
import Observations
import Pipeline
import TestSupport
import Testing

/// The captures in `samples`, whose numbers are those of whoever recorded them.
@Suite("The sample archives")
struct SampleTests {
  private struct NamedSecret: Decodable {
    var name: String
    var secret: String
  }

  static func verifier() throws -> Verifier {
    let data = try Data(contentsOf: URL(filePath: PackageFiles.path("samples/secrets.json")))
    let secrets = try JSONDecoder().decode([NamedSecret].self, from: data)
    return Verifier(Keyring(secrets.map { Secret(name: $0.name, key: Array($0.secret.utf8)) }))
  }

  @Test(
    "have as many lines of each kind as they were recorded with, and summaries of a naive model"
  )
  func counts() throws {
    let archives = try PackageFiles.sampleArchives()
    let run = try IngestRun(archives, verifier: try Self.verifier())
    let ledger = try run.rows(.archives)
    #expect(ledger.count == 15)
    #expect(ledger.sum("lines") == 1955)
    #expect(ledger.sum("verified") == 1365)
    #expect(ledger.sum("identity_deliveries") == 934)
    #expect(ledger.sum("other_deliveries") == 431)
    #expect(ledger.sum("rejected_unsigned") == 588)
    #expect(ledger.sum("rejected_signature_mismatch") == 2)
    #expect(ledger.sum("quarantined") == 590)
    #expect(ledger.sum("reconstructed") == 0)
    #expect(try run.rows(.observations).count == 882)
    #expect(try run.rows(.observations).sum("deliveries") == 934)
    #expect(run.result.observations == 882)
    #expect(ledger.allSatisfy { $0["status"] == .text("complete") })
    try SummaryTests.check(run, SummaryPlan(), "samples")
  }
}
