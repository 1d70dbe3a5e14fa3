import Captures
import Configuration
import Observations
import TestSupport
import Testing

@Suite("Settings")
struct PrecedenceTests {
  private static let file = "window: {size: 10m, kind: session}"

  @Test(
    "are those of the option, the variable, the file, the default, in this order",
    arguments: [
      ("1m", "5m", true, "1m", "--window"),
      ("1m", nil, false, "1m", "--window"),
      (nil, "5m", true, "5m", "HOOKSIFT_WINDOW"),
      (nil, "", true, "10m", "\(ConfigurationFile.path):1:16"),
      (nil, nil, true, "10m", "\(ConfigurationFile.path):1:16"),
      (nil, nil, false, "30m", "default"),
    ] as [(String?, String?, Bool, String, String)]
  )
  func precedence(
    option: String?,
    variable: String?,
    hasFile: Bool,
    value: String,
    origin: String
  ) throws {
    let sources = SettingSources(
      environment: variable.map { ["HOOKSIFT_WINDOW": $0] } ?? [:],
      file: hasFile ? try ConfigurationFile(Self.file) : nil
    )
    let standard = WindowLength(microseconds: WindowPolicy.defaultSize)
    let setting = try sources.find(
      .windowSize,
      option: option.flatMap { WindowLength(setting: $0) },
      standard: standard
    )
    #expect(setting.value.settingText == value)
    #expect(setting.origin.description == origin)
  }

  /// Looks for a setting; says what is wrong with its variable.
  private static func fault<Value>(
    _ key: SettingKey<Value>,
    _ text: String
  ) -> (String?, String?) {
    let sources = SettingSources(environment: key.variable.map { [$0: text] } ?? [:])
    do {
      _ = try sources.find(key, option: nil)
      return (key.variable, nil)
    } catch {
      return (key.variable, error.description)
    }
  }

  @Test("of variables name the variable where they are wrong")
  func variables() {
    let found = [
      Self.fault(.windowSize, "0"), Self.fault(.windowKind, "x"), Self.fault(.timeZone, "x"),
      Self.fault(.jobs, "many"), Self.fault(.memory, "1"), Self.fault(.maxRejected, "2"),
      Self.fault(.exposures, "a,,b"), Self.fault(.topValues, "0"), Self.fault(.since, "x"),
      Self.fault(.until, "x"), Self.fault(.quiet, "maybe"), Self.fault(.noProgress, "2"),
      Self.fault(.settle, "-1s"),
    ]
    let names = [
      "WINDOW", "WINDOW_KIND", "TIMEZONE", "JOBS", "MEMORY", "MAX_REJECTED", "EXPOSURES",
      "TOP_VALUES", "SINCE", "UNTIL", "QUIET", "NO_PROGRESS", "SETTLE",
    ]
    #expect(found.map(\.0) == names.map { "HOOKSIFT_\($0)" })
    for (name, message) in zip(names, found.map(\.1)) {
      #expect(message?.hasPrefix("HOOKSIFT_\(name): \"") == true, "\(name): \(message ?? "-")")
    }
  }

  @Test(
    "write values that read back the same",
    arguments: [
      "1s", "90s", "30m", "36h", "7d", "3600s",
    ]
  )
  func lengths(text: String) throws {
    let length = try #require(WindowLength(setting: text))
    #expect(WindowLength(setting: length.settingText) == length)
  }

  @Test("write sizes that read back the same", arguments: ["64MB", "2GB", "256MiB", "70001KB"])
  func sizes(text: String) throws {
    let size = try #require(ByteSize(setting: text))
    #expect(ByteSize(setting: size.settingText) == size)
  }

  @Test("hold secrets by name; what cannot be had is a fault with its place")
  func secrets() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Array("pepper\r\n".utf8), to: "pepper")
    let text = """
      signature: {secrets: [{name: a, env: A_SECRET}]}
      identities: {pseudonymize: {file: pepper}}
      """
    let path = directory.path("hooksift.yaml")
    let file = try ConfigurationFile(Array(text.utf8), path: path)
    let sources = SettingSources(environment: ["A_SECRET": "s3cr3t"], file: file)
    #expect(try sources.secrets().map(\.name) == ["a"])
    #expect("\(try sources.secrets())".contains("s3cr3t") == false)
    _ = try sources.personalData()
    for (environment, message) in [
      ([:], "no such environment variable; export it first"),
      (["A_SECRET": ""], "the variable is empty"),
    ] {
      let expected = "\(path):1:23: signature.secrets[0]: variable A_SECRET: \(message)"
      #expect(throws: ConfigurationFault(expected)) {
        try SettingSources(environment: environment, file: file).secrets()
      }
    }
    try directory.write([0x0A], to: "pepper")
    let empty =
      "\(path):2:28: identities.pseudonymize: file \(directory.path("pepper")): the secret is empty"
    #expect(throws: ConfigurationFault(empty)) { try sources.personalData() }
  }
}
