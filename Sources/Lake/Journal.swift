internal import Bytes
internal import Files

/// What becomes live and what is retired when a run is published, so that a publication that was cut short can be ended.
///
/// Paths are those in the workspace; what becomes live was staged under the same path.
struct Journal: Equatable {
  private(set) var puts: [String] = []
  private(set) var removals: [String] = []

  private static let put = "put "
  private static let remove = "remove "
  private static let end = "end"

  init(puts: [String], removals: [String]) {
    self.puts = puts.sorted { Self.precedes($0, $1) }
    self.removals = removals.sorted()
  }

  /// States stand before the observations that name them, the page behind what it speaks of, the ledger and what names all files last.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    (rank(left), left) < (rank(right), right)
  }

  private static func rank(_ path: String) -> Int {
    let names = path.split(separator: "/")
    guard names.count > 1 else { return 3 }
    guard names.first == "lake" else { return 2 }
    switch names[1] {
    case "flag_states", "segment_states": return 0
    case "archives": return 4
    default: return names.count == 2 ? 5 : 1
    }
  }

  // MARK: - The file

  /// Reads a journal; `nil` where there is none.
  ///
  /// - Throws: ``FileFailure``, or ``DamagedJournal``.
  init?(path: String) throws {
    guard FileSystem.exists(path) else { return nil }
    let source = try FileSource(path: path)
    let bytes = try source.read(at: 0, count: source.byteCount)
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    guard lines.last == Self.end else { throw DamagedJournal(path: path) }
    for line in lines.dropLast() {
      let isPut = line.hasPrefix(Self.put)
      guard isPut || line.hasPrefix(Self.remove) else { throw DamagedJournal(path: path) }
      let name = String(line.dropFirst((isPut ? Self.put : Self.remove).count))
      // A journal names what lies in the workspace, and nothing else.
      guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
        throw DamagedJournal(path: path)
      }
      if isPut { puts.append(name) } else { removals.append(name) }
    }
  }

  /// Writes the journal, durably.
  ///
  /// - Throws: ``FileFailure``.
  func write(to path: String) throws {
    let lines = puts.map { Self.put + $0 } + removals.map { Self.remove + $0 } + [Self.end]
    let sink = try FileSink(path: path)
    try sink.write(Array((lines.joined(separator: "\n") + "\n").utf8).span)
    try sink.close()
  }

  // MARK: - Its application

  /// Renames and removes what it says; what was done before is not done again.
  ///
  /// - Parameters:
  ///   - staging: Where things were staged.
  ///   - workspace: Where they become live.
  /// - Throws: ``FileFailure``.
  func apply(from staging: String, to workspace: String) throws {
    var changed: Set<String> = [workspace]
    for path in puts {
      let live = "\(workspace)/\(path)"
      try FileSystem.makeDirectory(Self.parent(of: live))
      if FileSystem.exists("\(staging)/\(path)") {
        try FileSystem.rename("\(staging)/\(path)", to: live)
      }
      changed.formUnion(Self.parents(of: live, below: workspace))
    }
    for path in removals {
      let live = "\(workspace)/\(path)"
      try FileSystem.remove(live)
      // The parts themselves stay, also where nothing is in them.
      for parent in Self.parents(of: live, below: workspace)
      where Self.parent(of: parent) == workspace || !FileSystem.removeEmptyDirectory(parent) {
        changed.insert(parent)
      }
    }
    for directory in changed.sorted() where FileSystem.exists(directory) {
      try FileSystem.syncDirectory(directory)
    }
  }

  /// Makes durable what was staged.
  ///
  /// - Throws: ``FileFailure``.
  func syncStaged(in staging: String) throws {
    var directories: Set<String> = [staging]
    for path in puts {
      directories.formUnion(Self.parents(of: "\(staging)/\(path)", below: staging))
    }
    for directory in directories.sorted() { try FileSystem.syncDirectory(directory) }
  }

  private static func parent(of path: String) -> String {
    String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
  }

  /// The directories that a file is in, the innermost first, below `top`.
  private static func parents(of path: String, below top: String) -> [String] {
    var parents: [String] = []
    var directory = parent(of: path)
    while directory.count > top.count {
      parents.append(directory)
      directory = parent(of: directory)
    }
    return parents
  }
}

/// That a journal is not what was written.
package struct DamagedJournal: Error, Sendable, CustomStringConvertible {
  package let path: String

  package var description: String {
    "\(path): the record of an unfinished publication is damaged; restore the workspace from a copy, or build it again elsewhere"
  }
}
