/// Decompresses pages by the codecs that are read.
struct PageDecompressor {
  /// Made at the first page that needs it.
  private var inflater: Inflater?

  /// Whether there is anything for pages of a codec to be decompressed by, or no need.
  static func reads(_ codec: Int32) -> Bool {
    [CodecNumber.uncompressed, CodecNumber.snappy, CodecNumber.gzip].contains(codec)
  }

  /// Replaces `output` by the `count` bytes that `input` holds.
  ///
  /// - Throws: ``ParquetError`` where it holds fewer or more, or is not of the codec.
  /// - Complexity: O(*n*) in both sizes.
  mutating func decompress(
    _ input: Span<UInt8>,
    _ codec: Int32,
    count: Int,
    into output: inout [UInt8]
  ) throws(ParquetError) {
    if codec == CodecNumber.snappy {
      try Snappy.decompress(input, count: count, into: &output)
      return
    }
    if inflater == nil { inflater = try Inflater() }
    try inflater?.decompress(input, count: count, into: &output)
  }
}
