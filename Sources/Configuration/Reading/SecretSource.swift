package import Captures

/// Where a secret comes from; never the secret itself.
package enum SecretSource: Hashable, Sendable {
  /// An environment variable.
  case variable(String)
  /// A file, less one newline at its end.
  case file(String)

  /// 1 MB.
  private static let byteLimit = 1_000_000

  /// Why there is no secret to be had.
  package enum Failure: Error, Equatable {
    case noVariable
    case emptyVariable
    case emptyFile
    case largeFile
    case unreadable(String)

    package var message: String {
      switch self {
      case .noVariable: "no such environment variable; export it first"
      case .emptyVariable: "the variable is empty"
      case .emptyFile: "the secret is empty"
      case .largeFile: "is too large to be a secret"
      case .unreadable(let reason): "cannot be read: \(reason)"
      }
    }
  }

  /// The secret's bytes.
  package func read(_ environment: [String: String]) throws(Failure) -> [UInt8] {
    switch self {
    case .variable(let name):
      guard let value = environment[name] else { throw .noVariable }
      guard !value.isEmpty else { throw .emptyVariable }
      return Array(value.utf8)
    case .file(let path):
      var key = try Self.contents(path)
      if key.last == UInt8(ascii: "\n") {
        key.removeLast()
        if key.last == UInt8(ascii: "\r") { key.removeLast() }
      }
      guard !key.isEmpty else { throw .emptyFile }
      return key
    }
  }

  private static func contents(_ path: String) throws(Failure) -> [UInt8] {
    do throws(SmallFile.Failure) {
      return try SmallFile.read(path, limit: byteLimit)
    } catch {
      switch error {
      case .unreadable(let reason): throw .unreadable(reason)
      case .tooLarge: throw .largeFile
      }
    }
  }

  /// What it is called in messages; a variable whose name is not written as such names are might be a secret by mistake.
  package var description: String {
    switch self {
    case .file(let path): "file \(path)"
    case .variable(let name):
      name.utf8.allSatisfy {
        (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
      }
        ? "variable \(name)" : "variable"
    }
  }
}

/// A secret as the file declares it.
package struct SecretDeclaration: Sendable {
  package let name: String
  package let source: SecretSource
  package let environment: Int64?
  package let notBefore: Int64?
  package let notAfter: Int64?
  /// The key's path, and its place in the file.
  package let key: String
  package let place: Place

  /// The secret.
  ///
  /// - Throws: ``ConfigurationFault`` where it cannot be had.
  package func secret(_ environment: [String: String]) throws(ConfigurationFault) -> Secret {
    Secret(
      name: name,
      key: try source.bytes(environment, key, place),
      environment: self.environment,
      notBefore: notBefore,
      notAfter: notAfter
    )
  }
}

extension SecretSource {
  /// The secret's bytes, or the fault of the place that declares it.
  func bytes(
    _ environment: [String: String],
    _ key: String,
    _ place: Place
  ) throws(ConfigurationFault) -> [UInt8] {
    do {
      return try read(environment)
    } catch {
      throw ConfigurationFault(at: place, key, "\(description): \(error.message)")
    }
  }
}
