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

  /// A line that does not verify.
  package struct Fault: Sendable {
    package let line: Int
    /// The offset of the line in the inflated archive.
    package let offset: Int
    package let reason: RejectionReason
    /// Why, in a sentence.
    package let explanation: String
  }

  /// Verifies every line of an archive.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - explain: Called with every line that does not verify; `nil` where nobody asks.
  /// - Returns: How many lines had which outcome.
  /// - Complexity: O(*n*) in its bytes, in bounded memory.
  package mutating func audit(
    _ archive: Archive,
    explain: ((Fault) -> Void)? = nil
  ) -> AuditResult {
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
            let verdict = try verify(reader.bytes, explains: explain != nil)
            result.accepted[verdict, default: 0] += 1
          } catch {
            result.rejected[error.reason, default: 0] += 1
            explain?(
              Fault(
                line: reader.lineNumber,
                offset: reader.lineOffset,
                reason: error.reason,
                explanation: error.detail
              )
            )
          }
        }
      }
    } catch {
      result.failure = error
    }
    return result
  }

  /// Verifies a line; where that fails and `explains`, the rejection says why.
  private mutating func verify(
    _ line: Span<UInt8>,
    explains: Bool
  ) throws(Rejection) -> Verdict {
    let delivery = try captures.decode(line)
    do throws(Rejection) {
      return try verifier.verify(delivery, line: line, body: &captures.body).verdict
    } catch {
      guard explains else { throw error }
      let why = verifier.explain(delivery, line: line, body: captures.body)
      throw Rejection(error.reason, why, receivedAt: error.receivedAt)
    }
  }
}
