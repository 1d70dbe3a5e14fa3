internal import Bytes
internal import Files
package import Observations
internal import Parquet

/// What a lake was made with, and which files it has: `lake/manifest.json`.
///
/// Whatever opens a lake compares it with this, so that a file that is missing, altered or cut off is noticed and named.
package struct LakeManifest: Codable, Equatable, Sendable {
  /// The version of the tables and of their rules.
  package static let currentFormat = 1
  static let name = "manifest.json"

  /// What has to be the same for every run that adds to a lake.
  package struct Settings: Codable, Equatable, Sendable {
    package let windowKind: String
    /// In microseconds.
    package let windowSize: Int64
    package let timezone: String
    /// See ``PersonalData/text``.
    package let personalData: String

    package init(_ windows: WindowPolicy, _ personalData: PersonalData) {
      self.personalData = personalData.text
      windowKind = windows.kind.rawValue
      windowSize = windows.size
      timezone = windows.calendar.identifier
    }

    /// The same windows with another choice of personal data.
    package func with(_ personalData: PersonalData) -> Settings {
      Settings(self, personalData: personalData.text)
    }

    private init(_ other: Settings, personalData: String) {
      windowKind = other.windowKind
      windowSize = other.windowSize
      timezone = other.timezone
      self.personalData = personalData
    }

    /// For people.
    package var text: String {
      "\(windowKind) windows of \(windowSize / 1_000_000) s in \(timezone), \(personalData)"
    }
  }

  /// One file.
  package struct File: Codable, Equatable, Sendable {
    package let bytes: Int
    /// The SHA-256 of the bytes, 64 hexadecimal digits.
    package let sha256: String
    /// How many rows it has, where it is a table of the lake.
    private(set) var rows: Int?

    /// Reads a table of the lake.
    ///
    /// - Throws: ``FileFailure`` or ``ParquetError``.
    init(table path: String) throws {
      self = try File(path: path)
      rows = try ParquetReader(FileSource(path: path)).rowCount
    }

    /// Whether both are of the same bytes.
    func hasBytes(of other: File) -> Bool { bytes == other.bytes && sha256 == other.sha256 }

    /// Reads the file at `path`.
    ///
    /// - Throws: ``FileFailure``.
    package init(path: String) throws {
      let source = try FileSource(path: path)
      var stream = SHA256Stream()
      var offset = 0
      while offset < source.byteCount {
        let chunk = try source.read(at: offset, count: min(1 << 20, source.byteCount - offset))
        stream.update(chunk.span)
        offset += chunk.count
      }
      bytes = source.byteCount
      sha256 = stream.finalize().hexadecimal
    }
  }

  package let format: Int
  package let settings: Settings
  /// By their paths in the lake.
  package var files: [String: File] = [:]

  init(_ settings: Settings) {
    format = Self.currentFormat
    self.settings = settings
  }

  /// The manifest of the lake in `directory`; `nil` where there is none.
  ///
  /// - Throws: ``FileFailure``, or ``LakeReader/Damaged``.
  init?(directory: String) throws {
    let path = "\(directory)/\(Self.name)"
    guard FileSystem.exists(path) else { return nil }
    struct Version: Decodable { let format: Int }
    do {
      let version = try JSONFile.read(Version.self, path)
      guard version.format == Self.currentFormat else {
        throw LakeReader.Damaged(
          path: path,
          fault:
            "the lake has format \(version.format), and this hooksift reads \(Self.currentFormat)"
        )
      }
      self = try JSONFile.read(LakeManifest.self, path)
    } catch is DecodingError {
      throw LakeReader.Damaged(path: path, fault: "it is not the manifest of a lake")
    }
  }

  /// Writes the manifest into `directory`, durably.
  ///
  /// - Throws: ``FileFailure``.
  func write(to directory: String) throws {
    try JSONFile.write(self, to: "\(directory)/\(Self.name)")
  }

  /// Compares a lake with this.
  ///
  /// - Parameters:
  ///   - directory: The lake.
  ///   - readsAll: Whether the bytes are compared too, and not only which files there are and how long they are.
  ///   - days: The dates, in days since 1970-01-01, whose partitions are not compared, because they are made anew.
  /// - Throws: ``LakeReader/Damaged`` for the first file that is not as it was, ``FileFailure``.
  /// - Complexity: O(*n*) in the files; in their bytes where all are read.
  package func verify(
    _ directory: String,
    readsAll: Bool = false,
    except days: Set<Int32> = []
  ) throws {
    let partitions = LakeTable.allCases.filter(\.isPartitioned)
    let remade = Set(partitions.flatMap { table in days.map { table.fileName(day: $0) } })
    for (name, file) in files.sorted(by: { $0.key < $1.key }) where !remade.contains(name) {
      try verify(name, file, directory, readsAll: readsAll)
    }
  }

  /// Compares one file, with its bytes.
  ///
  /// - Throws: ``LakeReader/Damaged``, ``FileFailure``.
  func verify(_ name: String, in directory: String) throws {
    guard let file = files[name] else {
      throw LakeReader.Damaged(
        path: "\(directory)/\(name)",
        fault: "the lake's manifest does not name it"
      )
    }
    try verify(name, file, directory, readsAll: true)
  }

  private func verify(
    _ name: String,
    _ file: File,
    _ directory: String,
    readsAll: Bool
  ) throws {
    let path = "\(directory)/\(name)"
    guard let bytes = FileSystem.byteCount(path) else {
      throw LakeReader.Damaged(path: path, fault: "the file is missing")
    }
    guard bytes == file.bytes else {
      throw LakeReader.Damaged(path: path, fault: "it has \(bytes) bytes and had \(file.bytes)")
    }
    if readsAll, try !File(path: path).hasBytes(of: file) {
      throw LakeReader.Damaged(path: path, fault: "its bytes are not those that were written")
    }
  }
}
