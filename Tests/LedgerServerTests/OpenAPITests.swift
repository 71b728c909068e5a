import Anchoring
import Encoding
import Explorer
import Foundation
import IndexMap
import Ledger
import LedgerServer
import Merkle
import TestHTTP
import TestLedger
import TestSupport
import Testing

/// `Schemas/openapi.json` says what the server does, and all of it.
@Suite(.serialized) struct OpenAPITests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// One path of the document with its methods.
    private struct Path {
        let pattern: String
        /// By method, in capitals.
        let operations: [String: [String: Any]]

        /// The path with the document's own example for each parameter.
        func example() throws -> String {
            var path = pattern
            var query: [String] = []
            let operation = try #require(operations.values.first)
            for parameter in operation["parameters"] as? [[String: Any]] ?? [] {
                guard let name = parameter["name"] as? String, let example = parameter["example"]
                else { continue }
                if parameter["in"] as? String == "path" {
                    path = path.replacingOccurrences(of: "{\(name)}", with: "\(example)")
                } else {
                    query.append("\(name)=\(example)")
                }
            }
            #expect(!path.contains("{"), "each path parameter has an example: \(pattern)")
            return path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        }
    }

    private static func paths() throws -> [Path] {
        let data = try Data(contentsOf: root.appending(path: "Schemas/openapi.json"))
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect((document["openapi"] as? String)?.hasPrefix("3.1.") == true)
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        return paths.map { pattern, operations in
            Path(
                pattern: pattern,
                operations: Dictionary(
                    uniqueKeysWithValues: operations.map { ($0.key.uppercased(), $0.value) }))
        }
    }

    /// The patterns that the route table gives its routes, read from its source: an enumeration
    /// with payloads cannot list its cases.
    private static func patterns() throws -> Set<String> {
        var patterns: Set<String> = []
        for file in [
            "LedgerServer/Routes/LedgerResource.swift", "Explorer/Site/SiteResource.swift",
        ] {
            let source = try String(
                contentsOf: root.appending(path: "Sources/\(file)"), encoding: .utf8)
            let table = try #require(source.range(of: "var pattern: String {"))
            let lines = source[table.upperBound...].split(separator: "\n")
                .prefix { $0 != "    }" }.filter { $0.contains("case .") }
            patterns.formUnion(lines.map { $0.split(separator: "\"")[1] }.map(String.init))
        }
        return patterns
    }

    @Test func theDocumentHasTheRoutesAndNoOthers() throws {
        let patterns = try Self.patterns()
        #expect(patterns.count > 15)
        #expect(Set(try Self.paths().map(\.pattern)) == patterns)
    }

    @Test func eachRouteHasTheMethodsOfTheDocumentAndNoOthers() async throws {
        try await TestServer.run(site: true) { server in
            for path in try Self.paths() {
                let example = try path.example()
                for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
                    let answer = try await server.send(method, example)
                    guard let operation = path.operations[method] else {
                        #expect(answer.status == 405, "\(method) \(path.pattern)")
                        let allowed = path.operations.keys.sorted().joined(separator: ", ")
                        #expect(answer["allow"] == allowed, "\(path.pattern)")
                        continue
                    }
                    #expect(answer.status != 405, "\(method) \(path.pattern)")
                    #expect(answer.problem?.detail != "no such resource", "\(path.pattern)")
                    let responses = try #require(operation["responses"] as? [String: Any])
                    #expect(
                        responses["\(answer.status)"] != nil,
                        "\(method) \(path.pattern): \(answer.status)")
                }
            }
        }
    }

    @Test func whatIsReadHasATypeOfTheDocument() async throws {
        try await TestServer.run(
            ledger: { options in
                options.index = .on
                options.indexInterval = .zero
            }, site: true
        ) { server in
            try await eventually("there is a proof by an index head") {
                let ledger = server.fixture.ledger
                guard ledger.indexPhase == .ready else { return false }
                return try ledger.complete([.artifact(.emptyTree)], positions: 0..<1) != nil
            }
            // Of a ledger that nobody dates there is no evidence to read.
            let log = DatedLog(server.fixture.ledger)
            let source = AnchorSource(.timestamp, url: "http://time.example")
            try log.keep(
                KeptAnchor(
                    of: source, about: try #require(try log.newestHeadToDate()), state: .complete,
                    askedAt: 1, time: 1, evidence: [1]))
            let location = try await server.location(of: "a")
            let id = try #require(location.split(separator: "/").last)
            let keys = try await server.send("GET", "/.well-known/scitt-keys")
            let member = try #require(try CBOR.decode(keys.body).arrayValue?.first?.mapValue)
            let kid = Base64.encodeURL(try #require(member[2]?.bytesValue))
            for path in try Self.paths() {
                guard let operation = path.operations["GET"] else { continue }
                var example = try path.example()
                if path.pattern.contains("{id}") {
                    example = path.pattern.replacingOccurrences(of: "{id}", with: id)
                } else if path.pattern.contains("{kid}") {
                    example = path.pattern.replacingOccurrences(of: "{kid}", with: kid)
                }
                let answer = try await server.send("GET", example)
                #expect(answer.status == 200, "\(example)")
                let responses = operation["responses"] as? [String: [String: Any]]
                let types = responses?["200"]?["content"] as? [String: Any]
                let type = answer["content-type"]?.prefix { $0 != ";" } ?? ""
                #expect(types?[String(type)] != nil, "\(example) is \(type)")
            }
        }
    }
}
