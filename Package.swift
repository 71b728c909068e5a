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

/// The commit that is built, in hexadecimal digits; none where nobody knows it.
///
/// The package manager keeps what this file says until it, or the environment, changes. So `Tools`
/// name the commit of the moment, and git is asked where they did not.
let commit =
    (Context.environment["COLOPHON_COMMIT"] ?? Context.gitInformation?.currentCommit ?? "")
    .filter(\.isHexDigit).prefix(12)

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

/// A product that only the programs need: an app that verifies turns the trait off, and resolves
/// and builds swift-crypto alone.
func product(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package, condition: .when(traits: ["Programs"]))
}

let arguments = product("ArgumentParser", "swift-argument-parser")
let configuration = product("Configuration", "swift-configuration")
let logging = product("Logging", "swift-log")
let metrics = product("Metrics", "swift-metrics")
let coreMetrics = product("CoreMetrics", "swift-metrics")
let lifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let signals = product("UnixSignals", "swift-service-lifecycle")
let hummingbird = product("Hummingbird", "hummingbird")
let hummingbirdCore = product("HummingbirdCore", "hummingbird")
let mustache = product("Mustache", "swift-mustache")
let httpClient = product("AsyncHTTPClient", "async-http-client")
let httpTypes = product("HTTPTypes", "swift-http-types")
let nioCore = product("NIOCore", "swift-nio")
let nioPosix = product("NIOPosix", "swift-nio")
let nioHTTP1 = product("NIOHTTP1", "swift-nio")
let nioHTTPTypes = product("NIOHTTPTypes", "swift-nio-extras")
let nioTLS = product("NIOTLS", "swift-nio")
let nioSSL = product("NIOSSL", "swift-nio-ssl")
let nioHTTP2 = product("NIOHTTP2", "swift-nio-http2")
let nioHTTPTypesHTTP2 = product("NIOHTTPTypesHTTP2", "swift-nio-extras")

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
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(
            name: "Provenance",
            targets: [
                "Provenance", "Manifests", "Checkpoints", "IndexMap", "Merkle", "Encoding",
            ]),
        .executable(name: "colophon", targets: ["colophon"]),
        .executable(name: "colophond", targets: ["colophond"]),
        .executable(name: "colophon-decode", targets: ["colophon-decode"]),
    ],
    traits: [
        .trait(
            name: "Programs",
            description: "colophon, colophond and the tools; an app that verifies needs none of it"),
        .default(enabledTraits: ["Programs"]),
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
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        library("Merkle", [crypto]),
        library("Encoding", [crypto]),
        library("IndexMap", ["Merkle", "Encoding", crypto]),
        library("Checkpoints", ["Merkle", "Encoding", crypto]),
        library("Manifests", ["Checkpoints", "Merkle", "Encoding"]),
        library(
            "Provenance",
            ["Manifests", "Checkpoints", "IndexMap", "Merkle", "Encoding", crypto]),
        library(
            "Cards", ["Provenance", "Manifests", "Checkpoints", "Merkle", "Encoding"]),
        library("Files", []),
        .systemLibrary(
            name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        library("PassphraseCipher", ["CLibcrypto"]),
        library("Timestamping", ["CLibcrypto", "Merkle", "Encoding"]),
        library("OpenTimestamps", ["Merkle", "Encoding", crypto]),
        library("Capture", []),
        library("Keys", ["PassphraseCipher", "Files", "Encoding", crypto]),
        .systemLibrary(
            name: "CRocksDB", pkgConfig: "rocksdb", providers: [.apt(["librocksdb-dev"])]),
        .target(name: "CRocksDBStop", dependencies: ["CRocksDB"]),
        library("RocksDB", ["CRocksDB", "CRocksDBStop"]),
        library(
            "LogReader",
            ["HTTPCalls", "Compression", "Files", "Checkpoints", "Merkle", "Encoding"]),
        library("Witnessing", ["Jobs", "Files", "Checkpoints", "Merkle", "Encoding"]),
        library(
            "Anchoring",
            [
                "Jobs", "HTTPCalls", "Timestamping", "OpenTimestamps", "Checkpoints", "Merkle",
                "Encoding", logging, metrics,
            ]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        library("Compression", ["CZlib"]),
        .target(name: "CHeaps"),
        library("Jobs", ["CHeaps"]),
        library(
            "LedgerStore",
            [
                "Jobs", "Files", "Provenance", "Manifests", "IndexMap", "Checkpoints", "Merkle",
                "Encoding", "RocksDB",
            ]),
        library(
            "LedgerCheck",
            [
                "LedgerStore", "Timestamping", "OpenTimestamps", "Jobs", "Files", "Provenance",
                "Manifests", "IndexMap", "Checkpoints", "Merkle", "Encoding", "RocksDB", logging,
                metrics,
            ]),
        library(
            "Ledger",
            [
                "LedgerStore", "LedgerCheck", "Jobs", "Files", "Provenance", "Manifests",
                "IndexMap", "Checkpoints", "Merkle", "Encoding", "RocksDB", "LogReader", "Keys",
                "Anchoring", logging, metrics, lifecycle,
            ]),
        library(
            "HTTPService",
            [
                "Jobs", "Files", "Keys", "Encoding", "Compression", crypto, hummingbird,
                hummingbirdCore, httpTypes, nioCore, nioPosix, nioHTTP1, nioHTTPTypes, nioTLS,
                nioSSL, nioHTTP2,
                nioHTTPTypesHTTP2, logging, metrics, coreMetrics, lifecycle,
            ]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),
        .systemLibrary(
            name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .target(name: "CPDQ", linkerSettings: [.linkedLibrary("m")]),
        .executableTarget(
            name: "colophon-decode", dependencies: ["CPDQ", "CJPEG", "CPNG", "CWebP", "CSeccomp"]),
        .target(name: "CHamming"),
        library("Similarity", ["CHamming", "Jobs", "Files", "Manifests", "Merkle", "Encoding"]),
        .systemLibrary(
            name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        library("QRCodes", ["CQREncode"]),
        // Its sources put the files of `Explorer` into the program.
        .target(name: "CExplorerFiles", publicHeadersPath: "."),
        .target(
            name: "Explorer",
            dependencies: [
                "CExplorerFiles", "Cards", "QRCodes", "HTTPService", "Ledger", "LedgerStore",
                "Provenance", "Manifests", "Checkpoints", "IndexMap", "Merkle", "Encoding",
                httpTypes, nioCore, lifecycle, mustache,
            ],
            exclude: ["Templates", "Verify"], swiftSettings: settings),
        library(
            "WitnessServer",
            [
                "Witnessing", "HTTPService", "Files", "Checkpoints", "Merkle", "Encoding",
                httpTypes, nioCore, logging, metrics, lifecycle,
            ]),
        library(
            "LedgerControl",
            ["Jobs", "Files", "Provenance", "Encoding", "LedgerStore", nioCore, nioPosix, nioHTTP1]),
        library(
            "LedgerServer",
            [
                "HTTPService", "LedgerControl", "LedgerStore", "LedgerCheck", "Jobs", "Ledger",
                "LogReader", "Similarity", "Provenance", "Manifests", "Checkpoints", "IndexMap",
                "Merkle", "Encoding", "Compression", hummingbirdCore, httpTypes, nioCore, logging,
                metrics,
                coreMetrics, lifecycle,
            ]),
        library(
            "LedgerClient",
            [
                "HTTPCalls", "Compression", "Provenance", "Manifests", "IndexMap", "Merkle",
                "Encoding",
            ]),
        library(
            "HTTPCalls",
            ["Jobs", "Encoding", "Compression", httpClient, nioCore, nioPosix, nioHTTP1, nioSSL]),
        .target(
            name: "CRelease", cSettings: [.define("COLOPHON_COMMIT", to: "0x0\(commit)ULL")]),
        library("Settings", ["CRelease", "Files", "Encoding", configuration]),
        .systemLibrary(
            name: "CJemalloc", pkgConfig: "jemalloc", providers: [.apt(["libjemalloc-dev"])]),
        program(
            "colophond",
            [
                "CJemalloc", "Explorer", "LedgerServer", "LedgerControl", "HTTPService",
                "LedgerStore", "LedgerCheck", "Jobs", "Ledger", "Anchoring", "Timestamping",
                "HTTPCalls", "Files", "Keys", "Provenance",
                "Checkpoints", "Merkle", "Encoding", "Settings", arguments, logging, coreMetrics,
                lifecycle, signals,
            ]),
        .target(name: "CKernelClock"),
        library(
            "Studio",
            [
                "Processes", "CKernelClock", "Jobs", "HTTPCalls", "LogReader", "Files", "Keys",
                "Capture",
                "Timestamping", "OpenTimestamps", "Provenance", "Manifests", "Checkpoints",
                "IndexMap", "Merkle", "Encoding", "LedgerClient", "Cards", crypto,
            ]),
        library(
            "Auditing",
            [
                "LogReader", "Processes", "Jobs", "HTTPCalls", "Files", "Provenance", "Manifests",
                "Checkpoints", "IndexMap", "Merkle", "Encoding",
            ]),
        program(
            "colophon",
            [
                "Cards", "Studio", "Auditing", "LogReader", "LedgerClient", "Processes", "Jobs",
                "HTTPCalls", "QRCodes",
                "WitnessServer", "Witnessing", "HTTPService", "Files", "Keys", "Capture",
                "Provenance", "Manifests", "Checkpoints", "IndexMap", "Merkle", "Encoding",
                "Settings", arguments, logging, coreMetrics, lifecycle, signals,
            ]),
        .target(name: "CSpawn"),
        library("Processes", ["CSpawn"]),
        program(
            "colophon-bench",
            [
                "Processes", "Studio", "LedgerStore", "Ledger", "LedgerClient", "HTTPCalls", "Keys",
                "Similarity", "Manifests", "IndexMap",
                "Provenance", "Checkpoints", "Merkle", "Encoding", "RocksDB", "Files", hummingbird,
                hummingbirdCore, httpClient, nioCore, nioPosix, nioHTTP1, arguments, logging,
                signals,
            ]),
        program(
            "colophon-ordeal",
            [
                "Processes", "Studio", "LedgerClient", "LedgerServer", "HTTPService", "Ledger",
                "LedgerStore", "HTTPCalls", "Keys", "Provenance", "Checkpoints", "Merkle",
                "Encoding", "Files", arguments, logging, lifecycle, signals,
            ]),
        tests("EncodingTests", ["TestSupport", "Encoding", crypto]),
        tests("FilesTests", ["TestSupport", "Files"]),
        tests("CaptureTests", ["TestSupport", "Capture"]),
        tests("KeysTests", ["TestSupport", "Keys", "Files", "Encoding", crypto]),
        tests("MerkleTests", ["TestSupport", "Merkle"]),
        tests("IndexMapTests", ["TestSupport", "IndexMap", "Merkle", "Encoding"]),
        tests(
            "OpenTimestampsTests",
            ["TestSupport", "TestCalendar", "OpenTimestamps", "Merkle", "Encoding", crypto]),
        tests("CheckpointsTests", ["TestSupport", "Checkpoints", "Merkle", "Encoding", crypto]),
        tests("CompressionTests", ["TestSupport", "Compression"]),
        tests("TimestampingTests", ["TestSupport", "Timestamping", "CLibcrypto", "Merkle"]),
        tests("RocksDBTests", ["TestSupport", "RocksDB"]),
        tests("SettingsTests", ["TestSupport", "Settings", "Files"]),
        tests(
            "LedgerStoreTests",
            [
                "TestSupport", "TestLedger", "LedgerStore", "Files", "Keys", "Provenance",
                "Manifests", "IndexMap", "Checkpoints", "Merkle", "Encoding", "RocksDB",
            ]),
        tests(
            "LedgerCheckTests",
            [
                "TestSupport", "TestLedger", "LedgerCheck", "LedgerStore", "Ledger", "Anchoring",
                "Timestamping", "OpenTimestamps", "RocksDB", "Keys", "Provenance", "Manifests",
                "Merkle", "Encoding", "Checkpoints", logging,
            ]),
        tests(
            "LedgerTests",
            [
                "Files", "Studio", "LedgerStore", "LedgerCheck", "TestSupport", "TestLedger",
                "Anchoring", "Ledger", "RocksDB", "LogReader", "Keys", "Provenance", "Manifests",
                "IndexMap", "Checkpoints", "Merkle", "Encoding", "Jobs", logging,
            ]),
        tests(
            "ProvenanceTests",
            [
                "TestSupport", "TestLog", "Provenance", "Manifests", "Checkpoints", "IndexMap",
                "Merkle", "Encoding", crypto,
            ]),
        tests(
            "ManifestsTests", ["Manifests", "Checkpoints", "Merkle", "Encoding", crypto],
            exclude: ["Golden"]),
        tests(
            "CardsTests",
            [
                "TestSupport", "TestLog", "Cards", "Provenance", "Manifests", "Merkle", "Encoding",
                crypto,
            ]),
        tests(
            "HTTPServiceTests",
            [
                "TestHTTP", "TestSupport", "HTTPService", "Jobs", "Encoding", httpTypes, nioCore,
                logging, metrics, coreMetrics, lifecycle, crypto,
            ]),
        tests("ExplorerTests", ["Explorer", "HTTPService", "Encoding"]),
        tests("QRCodesTests", ["TestSupport", "QRCodes"]),
        tests("PDQTests", ["TestSupport", "CPDQ", "Processes", "Manifests", "Encoding"]),
        tests(
            "SimilarityTests",
            ["TestSupport", "Similarity", "Files", "Manifests", "Merkle", "Encoding"]),
        tests(
            "LedgerServerTests",
            [
                "Explorer",
                "TestHTTP", "TestLedger", "TestPeer", "TestSupport", "LedgerServer",
                "LedgerControl", "HTTPService", "LedgerStore", "Jobs", "Anchoring", "Ledger",
                "LogReader", "Keys",
                "Provenance", "Manifests", "Similarity", "Checkpoints", "IndexMap", "Merkle",
                "Encoding", "Compression", "Studio", "LedgerClient", "HTTPCalls", nioCore, nioPosix,
                logging,
                coreMetrics, lifecycle,
            ]),
        tests(
            "AuditingTests",
            [
                "TestSupport", "TestLog", "TestLedger", "TestPeer", "Auditing", "Processes", "Jobs",
                "LogReader", "HTTPCalls", "Studio", "Files", "Provenance", "Manifests",
                "Checkpoints", "IndexMap", "Merkle", "Encoding",
            ]),
        tests(
            "HTTPCallsTests",
            ["TestSupport", "TestPeer", "HTTPCalls", "Compression", "Encoding", nioSSL]),
        tests(
            "LogReaderTests",
            [
                "TestSupport", "TestPeer", "LogReader", "HTTPCalls", "Files", "Checkpoints",
                "Merkle", "Encoding", "Compression", crypto,
            ]),
        tests(
            "WitnessingTests",
            [
                "TestSupport", "TestWitness", "Witnessing", "Files", "Checkpoints", "Merkle",
                "Encoding",
            ]
        ),
        tests(
            "WitnessServerTests",
            [
                "TestHTTP", "TestSupport", "TestWitness", "WitnessServer", "Witnessing",
                "HTTPService", "Files", "Checkpoints", "Merkle", "Encoding", httpTypes, nioCore,
                logging, lifecycle,
            ]),
        tests(
            "AnchoringTests",
            [
                "TestSupport", "TestPeer", "Anchoring", "Jobs", "Timestamping", "OpenTimestamps",
                "HTTPCalls", "Checkpoints", "Merkle", "Encoding", logging, crypto,
            ]),
        tests(
            "StudioTests",
            [
                "TestSupport", "TestPeer", "TestLedger", "TestLog", "TestCalendar", "Studio",
                "Processes", "LogReader", "Ledger", "LedgerStore", "LedgerClient", "HTTPCalls",
                "Files", "Keys", "Capture", "Anchoring", "Timestamping",
                "OpenTimestamps", "Cards", "Provenance", "Manifests", "Checkpoints", "IndexMap",
                "Merkle", "Encoding", "Compression",
            ]),
        tests(
            "LedgerClientTests",
            [
                "LedgerClient", "HTTPCalls", "Provenance", "Manifests", "Merkle", "Encoding",
                "TestSupport",
                "TestPeer",
                nioCore, nioPosix,
            ]),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        support("TestSupport", ["Processes", logging]),
        support(
            "TestHTTP",
            [
                "TestSupport", "HTTPService", "Encoding", nioCore, nioPosix, nioSSL, logging,
                lifecycle,
            ]),
        support("TestWitness", ["Checkpoints", "Merkle", "Encoding", crypto]),
        support(
            "TestLog",
            [
                "TestPeer", "LogReader", "HTTPCalls", "Provenance", "Manifests", "Checkpoints",
                "IndexMap", "Merkle", "Encoding", crypto,
            ]),
        support("TestCalendar", ["OpenTimestamps", "Merkle", crypto]),
        support("TestPeer", ["TestSupport", "HTTPCalls", nioCore, nioPosix, nioSSL]),
        support(
            "TestLedger",
            [
                "TestSupport", "Studio", "Ledger", "LogReader", "Anchoring", "Timestamping",
                "OpenTimestamps", "Files", "Keys", "Provenance", "Manifests", "Checkpoints",
                "Merkle", "Encoding", "LedgerStore", "RocksDB", logging,
            ]),
        tests(
            "AllocationTests",
            [
                "AllocationCounter", "TestSupport", "TestLedger", "Auditing", "LedgerCheck",
                "Ledger", "Provenance", "Manifests", "Merkle", "Encoding", "Checkpoints", crypto,
            ]),
        tests(
            "FuzzTests",
            [
                "TestSupport", "TestLedger", "TestLog", "TestCalendar", "LedgerServer",
                "LedgerControl", "HTTPService", "LedgerStore", "LedgerCheck", "Jobs", "Ledger",
                "Auditing", "LogReader",
                "Compression", "Keys", "Capture", "Studio", "OpenTimestamps", "Timestamping",
                "Provenance", "Manifests", "Checkpoints", "Merkle", "Encoding", httpTypes, crypto,
            ],
            exclude: ["Corpus", "Timestamps"]),
        tests("TidyTests", ["Processes"]),
        // They start the programs, which every build of tests makes. Declared here these would be
        // linked into the program of the tests, colophond's allocator too, which counts by its own;
        // and the largest suite would be compiled last and alone.
        tests(
            "CommandTests",
            [
                "TestSupport", "TestWitness", "TestLedger", "TestLog", "TestPeer", "LogReader",
                "Provenance", "Compression", nioCore, nioPosix, nioSSL,
            ],
            exclude: ["Fixtures"]),
    ],
    cxxLanguageStandard: .cxx17
)

// `Tools/run` and `Tools/dist` need two programs: nothing is built for them that only tests need,
// or that is run by hand.
if Context.environment["COLOPHON_PROGRAMS_ONLY"] != nil {
    let others: Set<String> = ["colophon-bench", "colophon-ordeal"]
    package.targets.removeAll { target in
        target.isTest || others.contains(target.name) || target.path?.hasPrefix("Tests/") == true
    }
}
