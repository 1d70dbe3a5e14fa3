internal import Bytes
package import Captures
package import Observations

/// Where a setting in effect was given.
package enum SettingOrigin: Hashable, Sendable, CustomStringConvertible {
  case option(String)
  case variable(String)
  case file(Place)
  case standard

  package var description: String {
    switch self {
    case .option(let name): name
    case .variable(let name): name
    case .file(let place): place.description
    case .standard: "default"
    }
  }
}

/// A setting in effect.
package struct Setting<Value: Sendable>: Sendable {
  package let value: Value
  package let origin: SettingOrigin

  package init(_ value: Value, _ origin: SettingOrigin) {
    self.value = value
    self.origin = origin
  }
}

/// What settings are taken from where there is no option: the environment, then the file.
package struct SettingSources: Sendable {
  package let environment: [String: String]
  package let file: ConfigurationFile?

  package init(environment: [String: String], file: ConfigurationFile? = nil) {
    self.environment = environment
    self.file = file
  }

  /// The setting in effect: that of the option, else of the variable, else of the file; `nil` where none has it.
  ///
  /// An empty variable is as one that is not there.
  ///
  /// - Throws: ``ConfigurationFault``, which names the variable.
  package func find<Value>(
    _ key: SettingKey<Value>,
    option: Value?
  ) throws(ConfigurationFault) -> Setting<Value>? {
    if let option { return Setting(option, .option(key.option)) }
    if let name = key.variable, let text = environment[name], !text.isEmpty {
      guard let value = Value(setting: text) else {
        throw ConfigurationFault("\(name): \"\(text)\" is not \(Value.form)")
      }
      return Setting(value, .variable(name))
    }
    return file.flatMap(key.located).map { Setting($0.value, .file($0.place)) }
  }

  /// The setting in effect, or the `standard` one.
  package func find<Value>(
    _ key: SettingKey<Value>,
    option: Value?,
    standard: Value
  ) throws(ConfigurationFault) -> Setting<Value> {
    try find(key, option: option) ?? Setting(standard, .standard)
  }

  /// How long a file must be unchanged before it counts as whole.
  package func settle(option: TimeLength? = nil) throws(ConfigurationFault) -> Setting<TimeLength> {
    try find(.settle, option: option, standard: .settling)
  }

  /// The secrets that the file declares.
  ///
  /// - Throws: ``ConfigurationFault`` for the first that cannot be had; it never shows a secret.
  package func secrets() throws(ConfigurationFault) -> [Secret] {
    var secrets: [Secret] = []
    for declaration in file?.secrets?.value ?? [] {
      secrets.append(try declaration.secret(environment))
    }
    return secrets
  }

  /// What is kept of personal data.
  ///
  /// - Throws: ``ConfigurationFault`` where the pepper cannot be had.
  package func personalData() throws(ConfigurationFault) -> PersonalData {
    var pepper: KeyedHash?
    if let source = file?.pepper {
      let key = "identities.pseudonymize"
      pepper = KeyedHash(key: try source.value.bytes(environment, key, source.place))
    }
    return PersonalData(traits: file?.traits?.value ?? .all, pepper: pepper)
  }
}
