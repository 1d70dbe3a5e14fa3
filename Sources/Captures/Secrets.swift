package import Bytes

/// A webhook's secret, and when and where it counts.
package struct Secret: Sendable {
  /// What the secret is called; never the secret itself.
  package let name: String
  /// Flagsmith's environment id, for deliveries whose payload names none.
  package let environment: Int64?
  /// The first and the last received time, in microseconds, at which it is active; `nil` is open.
  package let notBefore: Int64?
  package let notAfter: Int64?
  let key: [UInt8]

  /// A secret with its UTF-8 bytes, which must not be empty.
  package init(
    name: String,
    key: [UInt8],
    environment: Int64? = nil,
    notBefore: Int64? = nil,
    notAfter: Int64? = nil
  ) {
    self.name = name
    self.key = key
    self.environment = environment
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  func isActive(at time: Int64) -> Bool {
    (notBefore ?? .min) <= time && time <= (notAfter ?? .max)
  }
}

extension Secret: CustomStringConvertible, CustomReflectable {
  /// The name alone, so that no log or error can show the secret.
  package var description: String { name }
  package var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// All secrets of a run, ready to verify with.
package struct Keyring: Sendable {
  package let secrets: [Secret]
  private let hashes: [KeyedHash]
  /// For every secret the others with the same bytes, and itself, in the order given.
  private let twins: [[Int]]
  /// The secrets in the order to try them: what matched last comes first.
  private var order: [Int]

  package init(_ secrets: [Secret]) {
    self.secrets = secrets
    hashes = secrets.map { KeyedHash(key: $0.key) }
    twins = secrets.map { secret in secrets.indices.filter { secrets[$0].key == secret.key } }
    order = Array(secrets.indices)
  }

  /// The hash that the secret at `index` keys, of no bytes yet.
  package func hash(at index: Int) -> KeyedHash { hashes[index] }

  /// Whether any secret is active at `time`.
  package func isAnyActive(at time: Int64) -> Bool {
    for secret in secrets.indices where secrets[secret].isActive(at: time) { return true }
    return false
  }

  /// The place of the first secret, in the order given, that is active at `time` and whose hash `proves` a digest.
  ///
  /// Other orders are tried for speed alone: which secret is found does not depend on earlier calls.
  package mutating func firstActive(
    at time: Int64,
    where proves: (_ index: Int, KeyedHash) -> Bool
  ) -> Int? {
    for place in order.indices {
      let index = order[place]
      guard secrets[index].isActive(at: time), proves(index, hashes[index]) else { continue }
      if place > 0 {
        order.remove(at: place)
        order.insert(index, at: 0)
      }
      // Secrets with the same bytes prove the same; the first of them counts.
      for twin in twins[index] where secrets[twin].isActive(at: time) { return twin }
    }
    return nil
  }
}
