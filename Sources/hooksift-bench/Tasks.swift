import Analysis
import Archives
import ArgumentParser
import Bytes
import Captures
import Files
import Foundation
import Lake
import Observations
import Pipeline
import Recognition

/// What a run of the bench can find.
enum BenchError: Error {
  /// The result is not that for which the archive was made: a figure would mean nothing.
  case wrongResult(String)

  /// Compares all files of a directory, byte for byte, with those that have to be there.
  static func requireSame(_ directory: String, _ truth: String) throws {
    let names = try FileSystem.files(below: truth)
    guard try FileSystem.files(below: directory) == names else {
      throw BenchError.wrongResult("\(directory): other files than in \(truth)")
    }
    for name in names
    where !FileManager.default.contentsEqual(
      atPath: "\(directory)/\(name)",
      andPath: "\(truth)/\(name)"
    ) {
      throw BenchError.wrongResult("\(directory)/\(name): not what is in \(truth)")
    }
  }
}

/// Makes archives, and says what they hold.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make archives with known contents; truth.json beside them says what they hold."
  )

  @Argument(help: "The directory.")
  var directory: String

  @Option(
    help: "What they are like: \(ArchiveShape.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var shape = ArchiveShape.typical

  @Option(help: "Lines of all archives.")
  var lines: Int?

  @Option(help: "How many archives.")
  var archives = 1

  @Option(help: "Identities, visiting by Zipf's law.")
  var identities = 20_000

  @Option(help: "The same seed gives the same archives.")
  var seed: UInt64 = 1

  func run() throws { _ = try generate() }

  func generate() throws -> ArchiveTruth {
    try FileSystem.makeDirectory(ArchiveFinder.absolute(directory))
    let lines = lines ?? shape.defaultLineCount
    var generator = ArchiveGenerator(shape, identityCount: identities, seed: seed)
    for index in 0..<archives {
      let range = lines * index / archives..<lines * (index + 1) / archives
      try generator.write(range, of: lines, to: "\(directory)/archive-\(index).jsonl.gz")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(generator.truth).write(to: URL(filePath: directory + "/truth.json"))
    return generator.truth
  }
}

/// One measured task; the process does nothing else and prints what it took.
protocol MeasuredTask: ParsableCommand {
  var directory: String { get }
  /// Does the work, and returns how many bytes it wrote.
  func work(_ truth: ArchiveTruth) throws -> Int
}

extension MeasuredTask {
  func run() throws {
    let truth = try JSONDecoder().decode(
      ArchiveTruth.self,
      from: Data(contentsOf: URL(filePath: directory + "/truth.json"))
    )
    let measured = try Measured.run { try work(truth) }
    print(String(decoding: try JSONEncoder().encode(measured), as: UTF8.self))
  }

  var archives: [Archive] {
    ArchiveFinder.find([directory], excluding: directory + "/out").archives
  }
}

/// By which library gzip is inflated.
struct InflaterOption: ParsableArguments {
  @Flag(help: "Inflate by zlib, whatever else there is.") var zlib = false

  var library: GzipLibrary { zlib ? .zlib : .preferred }
}

/// The least that must be done: inflate, and hash as many bytes as the bodies have.
struct FloorTask: MeasuredTask {
  static let configuration = CommandConfiguration(commandName: "floor")

  @Argument var directory: String

  @OptionGroup var inflater: InflaterOption

  func work(_ truth: ArchiveTruth) throws -> Int {
    var lines = 0
    var sum: UInt64 = 0
    // The length of a line's body is not known without parsing it; on average this hashes as much.
    let share = Double(truth.bodyBytes) / Double(truth.lineBytes)
    for archive in archives {
      var reader = try ArchiveReader(archive, gzip: inflater.library)
      while try reader.next() == .line {
        let length = Int(Double(reader.bytes.count + 1) * share)
        sum &+= Digest256(hashing: reader.bytes.extracting(0..<length)).prefix128.high
        lines += 1
      }
    }
    guard lines == truth.lineCount, sum != 0 else { throw BenchError.wrongResult("floor") }
    return 0
  }
}

/// The least of all: inflate.
struct InflateTask: MeasuredTask {
  static let configuration = CommandConfiguration(commandName: "inflate")

  @Argument var directory: String

  @OptionGroup var inflater: InflaterOption

  func work(_ truth: ArchiveTruth) throws -> Int {
    var bytes = 0
    for archive in archives {
      var reader = try BlockReader(archive, gzip: inflater.library)
      var block = LineBlock()
      while try reader.next(into: &block) != .end {}
      bytes += reader.inflatedByteCount
    }
    guard bytes == truth.lineBytes else { throw BenchError.wrongResult("inflate") }
    return 0
  }
}

/// `hooksift ingest`.
struct IngestTask: MeasuredTask {
  static let configuration = CommandConfiguration(commandName: "ingest")

  @Argument var directory: String

  @Option var jobs = 1

  @Option(help: "Megabytes.") var memory = 512

  @Flag(help: "Recognise nothing.") var plain = false

  @OptionGroup var inflater: InflaterOption

  func work(_ truth: ArchiveTruth) throws -> Int {
    let output = directory + "/out"
    try FileSystem.remove(output)
    let workspace = try Workspace.writing(output)
    var plan = IngestPlan(
      archives: archives,
      verifier: Verifier(Keyring([ArchiveGenerator.secret])),
      windows: WindowPolicy()
    )
    plan.jobs = jobs
    plan.gzip = inflater.library
    plan.memory = memory * 1_000_000
    if plain { plan.recognition = .off }
    let result = try Ingest(plan).run(
      Ingest.Directories(
        lake: try workspace.stage(.lake),
        quarantine: try workspace.stage(.quarantine),
        temporary: try workspace.temporaryDirectory()
      )
    )
    try workspace.publish([.lake, .quarantine])
    let verified = result.records.reduce(0) { $0 + $1.lines(.accepted(.verified)) }
    guard verified == Int64(truth.lineCount), result.records.count == truth.archiveCount,
      result.observations == truth.observationCount, result.identities == truth.identityCount
    else {
      throw BenchError.wrongResult(
        "ingest: \(verified) lines, \(result.observations) observations, \(result.identities) identities"
      )
    }
    return 0
  }
}

/// `hooksift summarize`.
struct SummarizeTask: MeasuredTask {
  static let configuration = CommandConfiguration(commandName: "summarize")

  @Argument var directory: String

  @Option(help: "Megabytes.") var memory = 512

  func work(_ truth: ArchiveTruth) throws -> Int {
    let workspace = try Workspace.writing(directory + "/out")
    var plan = SummaryPlan()
    plan.memory = memory * 1_000_000
    try Summaries(LakeReader(workspace), plan).write(
      into: workspace.stage(.summaries),
      temporary: workspace.temporaryDirectory()
    )
    try workspace.publish([.summaries])
    return 0
  }
}
