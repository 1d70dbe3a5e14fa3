package import Bytes
internal import Flagsmith

/// What is kept of personal data: which traits, and which identities or their pseudonyms.
///
/// It is applied where names are interned, so that what is not kept is in no table, run or memory of facts.
package struct PersonalData: Sendable {
  /// Which traits are kept, by their keys.
  package enum Traits: Sendable {
    case all
    case only([String])
    case allBut([String])
  }

  private var listed = ByteInterner()
  private let keepsListed: Bool
  private let pepper: KeyedHash?
  /// What is kept, for people; another where anything else would be kept, and it gives no pepper away.
  package let text: String
  /// The identities of which nothing is kept; `nil` where none was erased.
  package var forgotten: ForgottenIdentities?

  /// - Parameters:
  ///   - traits: Which traits are kept.
  ///   - pepper: The key under which identities become pseudonyms; `nil` keeps identities.
  package init(traits: Traits = .all, pepper: KeyedHash? = nil) {
    self.pepper = pepper
    let keys: [String]
    switch traits {
    case .all: (keys, keepsListed) = ([], false)
    case .only(let kept): (keys, keepsListed) = (kept, true)
    case .allBut(let dropped): (keys, keepsListed) = (dropped, false)
    }
    let names = keys.sorted().joined(separator: ", ")
    let kept =
      switch traits {
      case .all: "all traits"
      case .only: "no traits but \(names.isEmpty ? "none" : names)"
      case .allBut: "all traits but \(names)"
      }
    // The pseudonym of nobody tells one pepper from another.
    let mark = pepper.map { String($0.finalize().hexadecimal.prefix(16)) }
    text = kept + (mark.map { ", pseudonyms \($0)" } ?? ", identities as they are")
    for key in keys { _ = listed.intern(ByteText(key).bytes.span) }
  }

  /// Whether the trait called `key` is kept; keys compare by their bytes.
  func keeps(trait key: Span<UInt8>) -> Bool {
    (listed.count > 0 && listed.find(key) != nil) == keepsListed
  }

  /// What stands for `identity`: the lower-case hexadecimal HMAC-SHA256 (RFC 2104) of its bytes under the pepper; `nil` where
  /// it stands for itself.
  package func pseudonym(of identity: Span<UInt8>) -> [UInt8]? {
    guard var code = pepper else { return nil }
    code.update(identity)
    return Array(code.finalize().hexadecimal.utf8)
  }

  /// Whether nothing is kept of `identity`, because it was erased, or its pseudonym was.
  package func forgets(_ identity: Span<UInt8>) -> Bool {
    guard let forgotten else { return false }
    if forgotten.contains(identity) { return true }
    return pseudonym(of: identity).map { forgotten.contains($0.span) } ?? false
  }

  /// The names under which the lake may have what is called `identity`: that itself, which may be a pseudonym, and its pseudonym.
  package func names(of identity: [UInt8]) -> [[UInt8]] {
    [identity] + (pseudonym(of: identity.span).map { [$0] } ?? [])
  }
}
