internal import Bytes
internal import Files
internal import Lake

/// What summaries were computed from, and the digests of their files: `summaries/manifest.json`.
///
/// By it the next run knows what is as it was. Where it is missing, or anything is not as it says, all is computed anew.
struct SummaryManifest: Codable, Equatable {
  static let name = "manifest.json"
  private static let currentFormat = 1

  /// What of a plan decides about the rows.
  struct Settings: Codable, Equatable {
    private let since: Int?
    private let until: Int?
    private let topValues: Int
    private let exposures: String
    private let features: [String]
    private let experimentFeatures: [String]
    private let cohorts: [String]
    private let segmentFlows: Bool

    init(_ plan: SummaryPlan) {
      since = plan.since
      until = plan.until
      topValues = plan.topValues
      cohorts = plan.cohorts.map { String(describing: $0) }
      segmentFlows = plan.segmentFlows
      experimentFeatures = plan.experimentFeatures.sorted().map(\.string)
      switch plan.exposures {
      case .multivariate: (exposures, features) = ("multivariate", [])
      case .all: (exposures, features) = ("all", [])
      case .features(let names): (exposures, features) = ("named", names.sorted().map(\.string))
      }
    }
  }

  private let format: Int
  let settings: Settings
  /// See ``summarised(_:)``.
  let lake: [String: String]
  /// The summaries, by their names.
  private let files: [String: LakeManifest.File]

  /// - Parameters:
  ///   - plan: How the summaries were computed.
  ///   - lake: What they were computed from.
  ///   - directory: Where they are.
  /// - Throws: ``FileFailure``.
  init(_ plan: SummaryPlan, _ lake: LakeManifest, directory: String) throws {
    format = Self.currentFormat
    settings = Settings(plan)
    self.lake = Self.summarised(lake)
    var files: [String: LakeManifest.File] = [:]
    for name in try FileSystem.files(below: directory) {
      files[name] = try LakeManifest.File(path: "\(directory)/\(name)")
    }
    self.files = files
  }

  /// The SHA-256 of those files of a lake that summaries are computed from.
  static func summarised(_ lake: LakeManifest) -> [String: String] {
    lake.files
      .filter { $0.key != ForgottenRecord.name && !$0.key.hasPrefix(LakeTable.archives.rawValue) }
      .mapValues(\.sha256)
  }

  /// The manifest of the summaries in `directory`; `nil` where there is none that can be relied on.
  init?(directory: String) {
    guard let manifest = try? JSONFile.read(Self.self, "\(directory)/\(Self.name)"),
      manifest.format == Self.currentFormat
    else { return nil }
    self = manifest
  }

  /// The names of the summaries.
  var names: [String] { Array(files.keys) }

  /// Whether a file is as it was written.
  ///
  /// - Complexity: O(*n*) in its bytes.
  func holds(_ name: String, in directory: String) -> Bool {
    guard let file = files[name] else { return false }
    return (try? LakeManifest.File(path: "\(directory)/\(name)")) == file
  }

  /// Writes the manifest into `directory`, durably.
  ///
  /// - Throws: ``FileFailure``.
  func write(to directory: String) throws {
    try JSONFile.write(self, to: "\(directory)/\(Self.name)")
  }
}
