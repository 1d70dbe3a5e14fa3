// Internals can be seen in debug builds alone.
#if DEBUG
  import Bytes
  import TestSupport
  import Testing

  @testable import Spreadsheet

  @Suite("ZIP")
  struct ZipTests {
    static func archive(
      zip64Threshold: UInt64 = UInt64(UInt32.max),
      _ body: (ZipWriter) throws -> Void
    ) throws -> [UInt8] {
      let memory = MemoryBytes()
      let zip = ZipWriter(memory, level: 6, zip64Threshold: zip64Threshold)
      try body(zip)
      try zip.finish()
      return memory.bytes
    }

    @Test("gives back what was written, whole or in pieces", arguments: [0, 1, 700, 300_000])
    func roundTrip(byteCount: Int) throws {
      var generator = SeededGenerator.forCase(byteCount)
      let noise = generator.bytes(byteCount)
      let archive = try Self.archive { zip in
        try zip.add("whole", noise)
        try zip.begin("streamed")
        var start = 0
        while start < noise.count {
          let end = min(noise.count, start + generator.number(1...100_000))
          let piece = Array(noise[start..<end])
          try zip.write(piece.span)
          start = end
        }
        try zip.end()
      }
      let read = try ReadArchive(archive)
      #expect(read.entries.map(\.name) == ["whole", "streamed"])
      #expect(read.entries.map(\.isStreamed) == [false, true])
      for entry in read.entries {
        #expect(entry.bytes == noise)
        #expect(entry.version == 20)
      }
      #expect(!read.hasZip64End)
      #expect(read.entries[1].descriptorByteCount == 16)
    }

    @Test("of no entries is an empty archive")
    func empty() throws {
      #expect(try Self.archive { _ in }.count == 22)
    }

    @Test("uses Zip64 for a size or an offset that needs it, and for that alone")
    func zip64() throws {
      let long = [UInt8](repeating: 7, count: 5000)
      let archive = try Self.archive(zip64Threshold: 1000) { zip in
        try zip.add("small", [1, 2, 3])
        try zip.begin("long")
        try zip.write(long.span)
        try zip.end()
      }
      let read = try ReadArchive(archive)
      #expect(read.entries.map(\.bytes) == [[1, 2, 3], long])
      #expect(read.entries.map(\.version) == [20, 45])
      #expect(read.entries.map(\.descriptorByteCount) == [0, 24])
      // The directory itself is near the front: 5,000 equal bytes are few.
      #expect(!read.hasZip64End)

      var generator = SeededGenerator.forCase(0)
      let noise = generator.bytes(5000)
      let far = try ReadArchive(
        Self.archive(zip64Threshold: 1000) { zip in
          try zip.begin("long")
          try zip.write(noise.span)
          try zip.end()
          try zip.add("far", [4])
        }
      )
      #expect(far.entries.map(\.bytes) == [noise, [4]])
      #expect(far.entries.map(\.version) == [45, 45])
      #expect(far.hasZip64End)
    }
  }
#endif
