import Configuration

extension ConfigurationFile {
  /// The path of files that are not there.
  static let path = "/etc/hooksift/hooksift.yaml"

  init(_ text: String) throws {
    try self.init(Array(text.utf8), path: Self.path)
  }
}

/// What is wrong with a text, without the file's path; `nil` where nothing is.
func fault(_ text: String) -> String? {
  do {
    _ = try ConfigurationFile(text)
    return nil
  } catch {
    return "\(error)".replacing(ConfigurationFile.path, with: "")
  }
}
