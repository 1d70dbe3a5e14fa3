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

  @Test("never shows its key", arguments: texts)
  func hidden(kind: String, text: String) {
    #expect(!text.isEmpty)
    #expect(!text.contains("horse"))
    let bytes = Array(Self.key.utf8)
    let shown = text.replacing("- ", with: "").split { $0 == "\n" || $0 == "," || $0 == " " }
    // Its bytes as numbers, in a list or line by line.
    let numbers = shown.compactMap { UInt8($0.filter(\.isNumber)) }
    let run = bytes.prefix(6)
    let starts = numbers.indices.dropLast(5)
    #expect(!starts.contains { numbers[$0...].starts(with: run) })
    #expect(!text.contains(Hex.text(bytes.prefix(6))))
  }

  @Test("is called by its name")
  func name() {
    #expect(String(describing: Self.secret) == "prod")
    #expect(Self.dumped(Self.secret).contains("prod"))
  }
}
