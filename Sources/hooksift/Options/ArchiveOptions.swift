import Archives
import ArgumentParser
import Configuration

/// Which archives are read.
struct ArchiveOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Files or directories of archives, or those of the configuration; - is standard input.",
      valueName: "archive"
    )
  )
  var archives: [String] = []

  /// The archives as they are named.
  func names(_ sources: SettingSources) -> Setting<[String]> {
    if !archives.isEmpty { return Setting(archives, .option("argument")) }
    guard let list = sources.file?.archives else { return Setting([], .standard) }
    return Setting(list.value, .file(list.place))
  }

  /// The archives and the places that could not be looked at.
  ///
  /// - Parameters:
  ///   - sources: Where settings come from.
  ///   - directory: A directory to leave out.
  ///   - mayBeNone: Whether it may be that no archives are named.
  /// - Returns: What was found.
  /// - Throws: ``CommandFailure`` where there is nothing to read.
  func find(
    _ sources: SettingSources,
    excluding directory: String?,
    mayBeNone: Bool = false
  ) throws -> ArchiveFinder.Findings {
    let archives = names(sources).value
    if archives.isEmpty, mayBeNone { return ArchiveFinder.Findings() }
    guard !archives.isEmpty else {
      throw CommandFailure(
        .usage,
        "no archives given; name files or directories of them, or write them into \(ConfigurationTemplate.fileName)"
      )
    }
    let findings = ArchiveFinder.find(archives, excluding: directory)
    guard findings.archives.isEmpty else { return findings }
    let places =
      findings.unreadable.isEmpty
      ? "\(archives.joined(separator: ", ")): no \(ArchiveFinder.suffixes.joined(separator: ", "))"
      : findings.unreadable.map { "\($0.path): \($0.reason)" }.joined(separator: "; ")
    throw CommandFailure(.noInput, "no archives found: \(places)")
  }
}
