import Bytes
import Captures
import TestSupport
import Testing

@Suite("A secret")
struct SecretTests {
  static let key = "correct horse battery staple"
  static let secret = Secret(
    name: "prod",
    key: Array(key.utf8),
    environment: 2,
    notBefore: 5,
    notAfter: 9
  )

  static func dumped(_ value: some Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
  }

  /// Every text that a log, an error or a debugger might show.
  static let texts: [(kind: String, text: String)] = [
    ("describing", String(describing: secret)),
    ("reflecting", String(reflecting: secret)),
    ("interpolated", "\(secret) \([secret]) \(Optional(secret) as Any)"),
    ("dump", dumped(secret)),
    ("dump of an array", dumped([secret])),
    ("keyring", String(describing: Keyring([secret]))),
    ("keyring reflecting", String(reflecting: Keyring([secret]))),
    ("dump of a keyring", dumped(Keyring([secret]))),
    ("verifier", String(describing: Verifier(Keyring([secret])))),
    ("dump of a verifier", dumped(Verifier(Keyring([secret])))),
    ("hash", String(describing: KeyedHash(key: Array(key.utf8)))),
    ("dump of a hash", dumped(KeyedHash(key: Array(key.utf8)))),
  ]

  /// Whether the key can be read off `text`: as it is, in hexadecimal, or as a list of numbers.
  static func showsKey(_ text: String) -> Bool {
    let start = Array(key.utf8.prefix(6))
    if text.contains("horse") || text.contains(Hex.text(start)) { return true }
    let words = text.split { $0.isWhitespace || $0 == "," }
    let numbers = words.compactMap { UInt8($0.filter(\.isNumber)) }
    return numbers.indices.contains { numbers[$0...].starts(with: start) }
  }

  @Test("never shows its key", arguments: texts)
  func hidden(kind: String, text: String) {
    #expect(!text.isEmpty)
    #expect(!Self.showsKey(text), "\(kind)")
  }

  @Test("would be seen in these forms")
  func control() {
    let bytes = Array(Self.key.utf8)
    for text in [
      Self.key, "\(bytes)", Self.dumped(bytes), Hex.text(bytes), Self.dumped([Self.key]),
    ] {
      #expect(Self.showsKey(text))
    }
  }

  @Test("is called by its name")
  func name() {
    #expect(String(describing: Self.secret) == "prod")
    #expect(Self.dumped(Self.secret).contains("prod"))
  }
}
