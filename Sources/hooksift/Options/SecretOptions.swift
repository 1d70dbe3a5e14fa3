import ArgumentParser
import Captures
import Configuration
import Foundation

/// Where the secrets come from; a secret itself is never an argument.
struct SecretOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An environment variable that holds a secret (repeatable).",
      valueName: "name"
    )
  )
  var secretEnv: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file that holds a secret, less one newline at its end (repeatable).",
      discussion: """
        A file named .json holds several: an array of objects with "name" and "secret", and where they apply \
        "environment" (a number), "not_before" and "not_after" (times in RFC 3339).
        """,
      valueName: "path"
    )
  )
  var secretFile: [String] = []

  @Flag(help: "Accept deliveries without a signature, or without an active secret.")
  var allowUnsigned = false

  /// Whether only deliveries that verify go on.
  func isRequired(_ sources: SettingSources) -> Setting<Bool> {
    if allowUnsigned { return Setting(false, .option("--allow-unsigned")) }
    guard let setting = sources.file?.requiresSignature else { return Setting(true, .standard) }
    return Setting(setting.value, .file(setting.place))
  }

  /// Verifies with all the secrets that the options name, or else the configuration.
  ///
  /// - Throws: ``CommandFailure`` or ``ConfigurationFault``, which never show a secret.
  func verifier(_ sources: SettingSources) throws -> Verifier {
    var secrets: [Secret] = []
    for name in secretEnv { secrets.append(try Self.secret(variable: name, sources)) }
    for path in secretFile { secrets += try SecretFile.read(path) }
    if secretEnv.isEmpty, secretFile.isEmpty { secrets = try sources.secrets() }
    let requiresSignature = isRequired(sources).value
    guard !secrets.isEmpty || !requiresSignature else {
      throw CommandFailure(
        .configuration,
        """
        no secret given, so no signature can be verified; name one with --secret-env or --secret-file, or in \
        \(ConfigurationTemplate.fileName), or accept everything with --allow-unsigned
        """
      )
    }
    return Verifier(Keyring(secrets), requiresSignature: requiresSignature)
  }

  private static func secret(variable name: String, _ sources: SettingSources) throws -> Secret {
    do {
      let key = try SecretSource.variable(name).read(sources.environment)
      return Secret(name: name, key: key)
    } catch {
      throw CommandFailure(.configuration, "--secret-env \(name): \(error.message)")
    }
  }
}

/// Reads files of secrets.
enum SecretFile {
  private struct Entry: Decodable {
    let name: String
    let secret: String
    let environment: Int64?
    let notBefore: String?
    let notAfter: String?
  }

  /// The secrets in the file at `path`.
  ///
  /// - Throws: ``CommandFailure``, which never shows a secret.
  static func read(_ path: String) throws -> [Secret] {
    guard path.hasSuffix(".json") else {
      do {
        return [Secret(name: path, key: try SecretSource.file(path).read([:]))]
      } catch {
        throw CommandFailure(.configuration, "--secret-file \(path): \(error.message)")
      }
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      let reason = (error as NSError).localizedDescription
      throw CommandFailure(.configuration, "--secret-file \(path): cannot be read: \(reason)")
    }
    return try secrets(data, path)
  }

  private static func secrets(_ data: Data, _ path: String) throws -> [Secret] {
    let entries: [Entry]
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      entries = try decoder.decode([Entry].self, from: data)
    } catch {
      throw CommandFailure(
        .configuration,
        """
        --secret-file \(path): not an array of objects with "name" and "secret"\(place(of: error))
        """
      )
    }
    guard !entries.isEmpty else {
      throw CommandFailure(.configuration, "--secret-file \(path): there is no secret in it")
    }
    return try entries.map { entry in
      guard !entry.secret.isEmpty else {
        throw CommandFailure(
          .configuration,
          "--secret-file \(path): the secret called \(entry.name) is empty"
        )
      }
      return Secret(
        name: entry.name,
        key: Array(entry.secret.utf8),
        environment: entry.environment,
        notBefore: try time(entry.notBefore, "not_before", entry.name, path),
        notAfter: try time(entry.notAfter, "not_after", entry.name, path)
      )
    }
  }

  private static func time(
    _ text: String?,
    _ key: String,
    _ name: String,
    _ path: String
  ) throws -> Int64? {
    guard let text else { return nil }
    guard let time = try? ReceivedTime(rfc3339: text.utf8.span) else {
      throw CommandFailure(
        .configuration,
        "--secret-file \(path): \(key) of \(name) is not a time like 2026-10-01T00:00:00Z"
      )
    }
    return time.microseconds
  }

  /// Where in the file a decoding error is, without any of its values.
  private static func place(of error: any Error) -> String {
    let path: [any CodingKey] =
      switch error as? DecodingError {
      case .keyNotFound(let key, let context): context.codingPath + [key]
      case .typeMismatch(_, let context), .valueNotFound(_, let context),
        .dataCorrupted(let context):
        context.codingPath
      default: []
      }
    let steps = path.map { key in key.intValue.map { "element \($0)" } ?? key.stringValue }
    return steps.isEmpty ? "" : " (at \(steps.joined(separator: ", ")))"
  }
}
