// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors, and every use of unsafe code is spelled out (`Schemas/architecture.md`).
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(
    name: "Configuration", package: "swift-configuration")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHTTPTypesHTTP2 = Target.Dependency.product(
    name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras")

/// A library target; it imports only what is named here.
func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// An executable target: arguments in, exit codes out.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A test target; tests go through the public face of what they test.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

/// What test targets share: built without the testing library, so it throws where a test requires.
func support(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

let package = Package(
    name: "colophon",
    platforms: [.macOS(.v15)],
    products: [
        .library(
            name: "Provenance", targets: ["Provenance", "Checkpoints", "Merkle", "Encoding"]),
        .executable(name: "colophon", targets: ["colophon"]),
        .executable(name: "colophond", targets: ["colophond"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0",
            traits: ["YAML", "CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        library("Merkle", [crypto]),
        library("Encoding", [crypto]),
        library("Checkpoints", ["Merkle", "Encoding", crypto]),
        library("Provenance", ["Checkpoints", "Merkle", "Encoding", crypto]),
        library("Files", []),
        library("Keys", ["Files", "Encoding", crypto]),
        .systemLibrary(
            name: "CRocksDB", pkgConfig: "rocksdb", providers: [.apt(["librocksdb-dev"])]),
        .target(name: "CRocksDBStop", dependencies: ["CRocksDB"]),
        library("RocksDB", ["CRocksDB", "CRocksDBStop"]),
        library("LogReader", ["Files", "Checkpoints", "Merkle", "Encoding"]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        library("Compression", ["CZlib"]),
        library(
            "Ledger",
            [
                "Files", "Provenance", "Checkpoints", "Merkle", "Encoding", "RocksDB", "LogReader",
                "Keys", logging, metrics, lifecycle,
            ]),
        library(
            "HTTPService",
            [
                "Files", "Encoding", "Compression", crypto, hummingbird, hummingbirdCore, httpTypes,
                nioCore, nioPosix, nioHTTP1, nioHTTPTypes, nioTLS, nioSSL, nioHTTP2,
                nioHTTPTypesHTTP2, logging, metrics, coreMetrics, lifecycle,
            ]),
        library(
            "LedgerControl",
            ["Files", "Ledger", "Provenance", "Encoding", nioCore, nioPosix, nioHTTP1]),
        library(
            "LedgerServer",
            [
                "HTTPService", "LedgerControl", "Ledger", "LogReader", "Provenance", "Checkpoints",
                "Merkle", "Encoding", "Compression", hummingbirdCore, httpTypes, nioCore, logging,
                metrics, coreMetrics, lifecycle,
            ]),
        library("LedgerClient", ["HTTPCalls", "Provenance", "Merkle", "Encoding"]),
        library("HTTPCalls", ["Encoding", httpClient, nioCore, nioPosix, nioHTTP1, nioSSL]),
        library("Settings", ["Files", "Encoding", configuration]),
        program(
            "colophond",
            [
                "LedgerServer", "LedgerControl", "HTTPService", "Ledger", "Files", "Keys",
                "Provenance", "Checkpoints", "Encoding", "Settings", arguments, logging,
                coreMetrics, lifecycle, signals,
            ]),
        library(
            "Studio",
            [
                "LedgerClient", "HTTPCalls", "Files", "Provenance", "Checkpoints", "Merkle",
                "Encoding",
            ]),
        program(
            "colophon",
            [
                "Studio", "LedgerClient", "HTTPCalls", "Files", "Keys", "Provenance", "Checkpoints",
                "Merkle", "Encoding", "Settings", arguments, crypto,
            ]),
        program(
            "colophon-bench",
            [
                "Ledger", "LedgerClient", "HTTPCalls", "Keys", "Provenance", "Merkle", "Encoding",
                "RocksDB", hummingbird, hummingbirdCore, httpClient, nioCore, nioPosix, nioHTTP1,
                arguments, logging, signals,
            ]),
        program(
            "colophon-ordeal",
            [
                "LedgerClient", "HTTPCalls", "Keys", "Provenance", "Checkpoints", "Merkle",
                "Encoding", arguments,
            ]),
        tests("EncodingTests", ["Encoding", crypto]),
        tests("FilesTests", ["Files"]),
        tests("KeysTests", ["Keys", "Files", "Encoding", crypto]),
        tests("MerkleTests", ["Merkle"]),
        tests("CheckpointsTests", ["Checkpoints", "Merkle", "Encoding", crypto]),
        tests("CompressionTests", ["Compression"]),
        tests("RocksDBTests", ["RocksDB"]),
        tests("SettingsTests", ["Settings"]),
        tests(
            "LedgerTests",
            [
                "TestSupport", "TestLedger", "Ledger", "Files", "RocksDB", "LogReader", "Keys",
                "Provenance", "Checkpoints", "Merkle", "Encoding", logging,
            ]),
        tests(
            "ProvenanceTests",
            ["TestSupport", "Provenance", "Checkpoints", "Merkle", "Encoding", crypto],
            exclude: ["Golden"]),
        tests("HTTPServiceTests", ["HTTPService", "Encoding", logging]),
        tests(
            "LedgerServerTests",
            [
                "LedgerServer", "LedgerControl", "HTTPService", "Ledger", "LogReader", "Keys",
                "Provenance", "Checkpoints", "Merkle", "Encoding", "Compression", nioCore, nioPosix,
                nioSSL, logging, metrics, coreMetrics, lifecycle,
            ]),
        tests("HTTPCallsTests", ["HTTPCalls", nioCore, nioPosix]),
        tests(
            "LedgerClientTests",
            ["LedgerClient", "HTTPCalls", "Provenance", "Merkle", "Encoding", nioCore, nioPosix]),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        support("TestSupport", []),
        support(
            "TestLedger",
            [
                "TestSupport", "Ledger", "Keys", "Provenance", "Checkpoints", "Merkle", "Encoding",
                logging,
            ]),
        tests(
            "AllocationTests",
            [
                "AllocationCounter", "Ledger", "Keys", "Provenance", "Checkpoints", "Merkle",
                "Encoding", crypto, logging,
            ]),
        tests(
            "FuzzTests",
            [
                "LedgerServer", "LedgerControl", "HTTPService", "Ledger", "LogReader",
                "Compression", "Keys", "Provenance", "Checkpoints", "Merkle", "Encoding", httpTypes,
                crypto, logging,
            ],
            exclude: ["Corpus"]),
        tests("TidyTests", []),
        tests(
            "CommandTests",
            ["TestSupport", "colophon", "colophond", "colophon-ordeal", nioCore, nioPosix, nioSSL],
            exclude: ["Fixtures"]),
    ],
    cxxLanguageStandard: .cxx17
)
