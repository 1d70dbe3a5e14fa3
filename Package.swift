// swift-tools-version: 6.2

import PackageDescription

// MARK: - Modules

// Arrows only downward: a module imports nothing that stands above it in this list. What each one
// promises is said on the pages of `Sources/hooksift/Documentation.docc`.
let modules: [Target] = [
  .systemLibrary(
    name: "CZlib",
    pkgConfig: "zlib",
    providers: [.apt(["libz-dev"]), .brew(["zlib"])]
  ),
  .systemLibrary(
    name: "CISAL",
    pkgConfig: "libisal",
    providers: [.apt(["libisal-dev"]), .brew(["isa-l"])]
  ),
  .systemLibrary(
    name: "CZstd",
    pkgConfig: "libzstd",
    providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]
  ),
  .target(name: "CKernels"),
  .target(name: "Statistics"),
  .target(name: "Bytes", dependencies: ["CKernels", .crypto]),
  .target(name: "Files", dependencies: ["Bytes", .system]),
  .target(name: "Runs", dependencies: ["Bytes", "Files"]),
  .target(name: "JSON", dependencies: ["Bytes", "CKernels"]),
  .target(name: "Tables", dependencies: ["Bytes", "JSON"]),
  .target(name: "Parquet", dependencies: ["Bytes", "CZlib", "Tables"]),
  .target(
    name: "Archives",
    dependencies: [
      "Bytes", "CZlib", .system,
      .target(name: "CISAL", condition: .when(traits: ["ISAL"])),
      .target(name: "CZstd", condition: .when(traits: ["Zstd"])),
    ]
  ),
  .target(name: "Spreadsheet", dependencies: ["Archives", "Bytes", "JSON", "Tables"]),
  .target(name: "Captures", dependencies: ["Bytes", "JSON"]),
  .target(name: "Flagsmith", dependencies: ["Bytes", "JSON"]),
  .target(name: "Observations", dependencies: ["Bytes", "Flagsmith", "JSON", "Runs"]),
  .target(
    name: "Recognition",
    dependencies: ["Bytes", "Captures", "Flagsmith", "JSON", "Observations"]
  ),
  .target(
    name: "Lake",
    dependencies: [
      "Bytes", "Captures", "Files", "Flagsmith", "JSON", "Observations", "Parquet", "Tables",
      .system,
    ]
  ),
  .target(
    name: "Pipeline",
    dependencies: [
      "Archives", "Bytes", "Captures", "Files", "Flagsmith", "JSON", "Lake", "Observations",
      "Recognition", "Runs", "Tables", .system,
    ]
  ),
  .target(
    name: "Analysis",
    dependencies: [
      "Archives", "Bytes", "Captures", "Files", "JSON", "Lake", "Observations", "Parquet", "Runs",
      "Statistics", "Tables",
    ]
  ),
  .target(
    name: "Configuration",
    dependencies: [
      "Analysis", "Bytes", "Captures", "JSON", "Observations", "Statistics", "Tables", .system,
      .yams,
    ]
  ),
  .target(
    name: "Reports",
    dependencies: ["Analysis", "Bytes", "Files", "Lake", "Tables", .mustache]
  ),
  .target(name: "Warehouse", dependencies: ["Analysis", "Lake", "Tables"]),
  .executableTarget(
    name: "hooksift",
    dependencies: [
      "Analysis", "Archives", "Bytes", "Captures", "Configuration", "Files", "Flagsmith", "JSON",
      "Lake", "Observations", "Parquet", "Pipeline", "Recognition", "Reports", "Runs",
      "Spreadsheet", "Statistics", "Tables", "Warehouse", .argumentParser, .logging, .system,
    ]
  ),
  .executableTarget(
    name: "hooksift-bench",
    dependencies: [
      "Analysis", "Archives", "Bytes", "Captures", "Files", "JSON", "Lake", "Observations",
      "Parquet", "Pipeline", "Recognition", "Statistics", "Tables", .argumentParser,
    ]
  ),
]

// MARK: - Tests

let tests: [Target] = [
  .target(name: "TestSupport", path: "Tests/TestSupport"),
  .testTarget(
    name: "AnalysisTests",
    dependencies: [
      "Analysis", "Archives", "Bytes", "Files", "Lake", "Observations", "Parquet", "Runs", "Tables",
      "TestSupport",
    ]
  ),
  .testTarget(
    name: "ArchivesTests",
    dependencies: ["Archives", "Bytes", "TestSupport"],
    exclude: ["Fixtures"]
  ),
  .testTarget(
    name: "BytesTests",
    dependencies: ["Bytes", "CKernels", "CZlib", "TestSupport"],
    exclude: ["Fixtures"]
  ),
  .testTarget(
    name: "CapturesTests",
    dependencies: ["Archives", "Bytes", "Captures", "JSON", "TestSupport"],
    exclude: ["Fixtures"]
  ),
  .testTarget(
    name: "ConfigurationTests",
    dependencies: [
      "Analysis", "Bytes", "Captures", "Configuration", "Observations", "Statistics", "Tables",
      "TestSupport",
    ]
  ),
  .testTarget(
    name: "FlagsmithTests",
    dependencies: ["Archives", "Bytes", "Captures", "Flagsmith", "JSON", "TestSupport"],
    exclude: ["Fixtures"]
  ),
  .testTarget(
    name: "JSONTests",
    dependencies: ["Bytes", "JSON", "TestSupport"],
    exclude: ["Fixtures"]
  ),
  .testTarget(
    name: "ObservationsTests",
    dependencies: ["Bytes", "Flagsmith", "Observations", "TestSupport"]
  ),
  .testTarget(
    name: "ParquetTests",
    dependencies: ["Bytes", "CZlib", "Parquet", "Tables", "TestSupport"],
    exclude: ["Fixtures"]
  ),
  .testTarget(
    name: "LakeTests",
    dependencies: [
      "Bytes", "Files", "Flagsmith", "JSON", "Lake", "Observations", "Parquet", "Tables",
      "TestSupport",
    ]
  ),
  .testTarget(
    name: "PipelineTests",
    dependencies: [
      "Analysis", "Archives", "Bytes", "Captures", "Files", "Lake", "Observations", "Parquet",
      "Pipeline", "Recognition", "Tables", "TestSupport", .crypto,
    ]
  ),
  .testTarget(
    name: "RecognitionTests",
    dependencies: [
      "Archives", "Bytes", "Captures", "Files", "Flagsmith", "JSON", "Lake", "Observations",
      "Pipeline", "Recognition", "TestSupport", .crypto,
    ]
  ),
  .testTarget(
    name: "ReportsTests",
    dependencies: ["Analysis", "Bytes", "Files", "Lake", "Reports", "Tables", "TestSupport"]
  ),
  .testTarget(name: "RunsTests", dependencies: ["Bytes", "Files", "Runs", "TestSupport"]),
  .testTarget(
    name: "SpreadsheetTests",
    dependencies: ["Bytes", "CZlib", "Spreadsheet", "Tables", "TestSupport"]
  ),
  .testTarget(
    name: "StatisticsTests",
    dependencies: ["Analysis", "Configuration", "Statistics", "Tables", "TestSupport"],
    exclude: ["Fixtures"]
  ),
  .testTarget(
    name: "TablesTests",
    dependencies: ["Bytes", "Tables", "TestSupport"],
    exclude: ["Fixtures"]
  ),
  .testTarget(
    name: "WarehouseTests",
    dependencies: ["Analysis", "Lake", "Tables", "TestSupport", "Warehouse"],
    exclude: ["Fixtures"]
  ),
]

// MARK: - Package

let package = Package(
  name: "hooksift",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "hooksift", targets: ["hooksift"])],
  traits: [
    .trait(
      name: "ISAL",
      description: "Inflates gzip by Intel's ISA-L, about three times as fast as zlib."
    ),
    .trait(name: "Zstd", description: "Reads archives in zstd frames (RFC 8878)."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(
      url: "https://github.com/hummingbird-project/swift-mustache",
      exact: "2.1.1"
    ),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: modules + tests,
  swiftLanguageModes: [.v6]
)

extension Target.Dependency {
  static var argumentParser: Self {
    .product(name: "ArgumentParser", package: "swift-argument-parser")
  }
  static var crypto: Self { .product(name: "Crypto", package: "swift-crypto") }
  static var mustache: Self { .product(name: "Mustache", package: "swift-mustache") }
  static var logging: Self { .product(name: "Logging", package: "swift-log") }
  static var system: Self { .product(name: "SystemPackage", package: "swift-system") }
  static var yams: Self { .product(name: "Yams", package: "Yams") }
}

// MARK: - Settings, the same for every target

for target in package.targets where target.type != .system {
  var settings = target.swiftSettings ?? []
  settings += [
    // SE-0335: an existential type is written with `any`.
    .enableUpcomingFeature("ExistentialAny"),
    // SE-0409: an import is for this file alone unless it says otherwise.
    .enableUpcomingFeature("InternalImportsByDefault"),
    // SE-0444: a member is visible only where its module is imported.
    .enableUpcomingFeature("MemberImportVisibility"),
    // SE-0461: nonisolated async functions run on their caller's executor.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // SE-0470: conformances of isolated types are isolated.
    .enableUpcomingFeature("InferIsolatedConformances"),
    // SE-0481: `weak let`.
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    // SE-0446 and its continuation: `~Escapable` types say what they borrow from.
    .enableExperimentalFeature("Lifetimes"),
    // SE-0458: every use of an unsafe construct is marked `unsafe`.
    .strictMemorySafety(),
    // SE-0480.
    .treatAllWarnings(as: .error),
  ]
  target.swiftSettings = settings
}
