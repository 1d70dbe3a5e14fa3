import Bytes
import Captures
import TestSupport
import Testing

@Suite("A keyring")
struct KeyringTests {
  static func secret(
    _ name: String,
    _ key: String,
    environment: Int64? = nil,
    from notBefore: Int64? = nil,
    to notAfter: Int64? = nil
  ) -> Secret {
    Secret(
      name: name,
      key: Array(key.utf8),
      environment: environment,
      notBefore: notBefore,
      notAfter: notAfter
    )
  }

  /// The name of the secret under which `body` is found to be signed.
  static func find(
    _ name: String,
    in keyring: inout Keyring,
    at time: Int64 = 0
  ) throws -> String? {
    let signed = try SignedBody.named(name)
    let index = keyring.firstActive(at: time) { _, hash in
      var hash = hash
      hash.update(signed.body.span)
      return hash.finalize().hexadecimal == signed.signature
    }
    return index.map { keyring.secrets[$0].name }
  }

  @Test("finds the secret that proves, whatever was found before")
  func several() throws {
    var keyring = Keyring([
      Self.secret("a", "first"), Self.secret("b", "second"), Self.secret("c", "third"),
    ])
    for _ in 0..<3 {
      #expect(try Self.find("plain", in: &keyring) == "a")
      #expect(try Self.find("plain under second", in: &keyring) == "b")
      #expect(try Self.find("long secret", in: &keyring) == nil)
    }
  }

  static let windows: [(from: Int64?, to: Int64?, time: Int64, isActive: Bool)] = [
    (nil, nil, 0, true), (nil, nil, .min, true), (nil, nil, .max, true),
    (10, nil, 9, false), (10, nil, 10, true), (10, nil, .max, true),
    (nil, 20, 20, true), (nil, 20, 21, false), (nil, 20, .min, true),
    (10, 20, 9, false), (10, 20, 10, true), (10, 20, 20, true), (10, 20, 21, false),
    (10, 10, 10, true), (20, 10, 15, false),
  ]

  @Test("knows when a secret is active, both ends included", arguments: windows)
  func window(from: Int64?, to: Int64?, time: Int64, isActive: Bool) throws {
    var keyring = Keyring([Self.secret("a", "first", from: from, to: to)])
    #expect(keyring.isAnyActive(at: time) == isActive)
    #expect(try Self.find("plain", in: &keyring, at: time) == (isActive ? "a" : nil))
  }

  @Test(
    "takes the first active of secrets that are the same",
    arguments: [
      (5, "early"), (15, "early"), (25, "late"), (35, nil),
    ] as [(Int64, String?)]
  )
  func twins(time: Int64, name: String?) throws {
    let secrets = [
      Self.secret("other", "second"), Self.secret("early", "first", to: 20),
      Self.secret("late", "first", from: 10, to: 30),
    ]
    var fresh = Keyring(secrets)
    #expect(try Self.find("plain", in: &fresh, at: time) == name)
    // Nor does it matter what was found before.
    for earlier in [5, 15, 25] as [Int64] {
      var used = Keyring(secrets)
      _ = try Self.find("plain", in: &used, at: earlier)
      _ = try Self.find("plain under second", in: &used, at: earlier)
      #expect(try Self.find("plain", in: &used, at: time) == name)
    }
  }

  @Test(
    "keeps every byte of a secret",
    arguments: [
      ("trailing space", "first ", true), ("trailing space", "first", false),
      ("plain", "first ", false), ("plain", " first", false), ("plain", "First", false),
      ("non-ascii secret", "organisation webhook secret \u{2615}", true),
      ("non-ascii secret", "organisation webhook secret ?", false),
      ("long secret", String(repeating: "s", count: 100), true),
      ("long secret", String(repeating: "s", count: 99), false),
    ]
  )
  func exactKey(body: String, key: String, matches: Bool) throws {
    var keyring = Keyring([Self.secret("a", key)])
    #expect(try Self.find(body, in: &keyring) == (matches ? "a" : nil))
  }

  @Test("without secrets finds none")
  func empty() throws {
    var keyring = Keyring([])
    #expect(!keyring.isAnyActive(at: 0))
    #expect(try Self.find("plain", in: &keyring) == nil)
  }
}
