package import Archives
internal import Bytes
package import Captures

/// What re-verification says of the deliveries of one archive.
package struct AuditResult: Sendable {
  /// Lines per verdict or reason; payloads are not looked at.
  package fileprivate(set) var accepted: [Verdict: Int64] = [:]
  package fileprivate(set) var rejected: [RejectionReason: Int64] = [:]
  /// Why the archive could not be read to its end.
  package fileprivate(set) var failure: ArchiveError?

  package var lines: Int64 {
    accepted.values.reduce(0, +) + rejected.values.reduce(0, +)
  }
}

/// Verifies archives and writes nothing.
package struct Audit: ~Copyable {
  private var verifier: Verifier
  private var captures = CaptureDecoder()

  package init(_ verifier: Verifier) { self.verifier = verifier }

  /// Verifies every line of an archive.
  ///
  /// - Complexity: O(*n*) in its bytes, in bounded memory.
  package mutating func audit(_ archive: Archive) -> AuditResult {
    var result = AuditResult()
    do throws(ArchiveError) {
      var reader = try ArchiveReader(archive)
      while true {
        switch try reader.next() {
        case .end: return result
        case .partOfLongLine(let isFirst, _):
          if isFirst { result.rejected[.lineTooLong, default: 0] += 1 }
        case .line:
          do throws(Rejection) {
            let delivery = try captures.decode(reader.bytes)
            let acceptance = try verifier.verify(
              delivery,
              line: reader.bytes,
              body: &captures.body
            )
            result.accepted[acceptance.verdict, default: 0] += 1
          } catch {
            result.rejected[error.reason, default: 0] += 1
          }
        }
      }
    } catch {
      result.failure = error
    }
    return result
  }
}
