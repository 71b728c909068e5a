import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What strangers can do who take their answers slowly or not at all, and who have as many places
/// as they can get.
@Suite(.serialized) struct AnswerLoadTests {
    /// Requests of a well-behaved client, by which a flood is judged.
    private static let healthyRequests = 100

    /// Sends healthy requests, each on a connection of its own, and prints how long they took.
    private static func expectHealth(
        _ ledger: LedgerProcess, amid words: String, trusting certificate: String? = nil
    ) async throws {
        var times: [Double] = []
        let flags = certificate.map { ["--cacert", $0] } ?? []
        for _ in 0..<healthyRequests {
            let answer = try await Program.run(
                "curl",
                ["--silent", "--max-time", "20"] + flags
                    + ["--output", "answer", "--write-out", "%{http_code} %{time_total}"]
                    + ["\(ledger.address)/checkpoint"],
                in: ledger.shop.folder)
            let parts = answer.output.split(separator: " ")
            #expect(parts.first == "200", "\(words): \(answer.output)")
            times.append(parts.last.flatMap { Double($0) } ?? 20)
        }
        times.sort()
        let late = Int(times[times.count * 99 / 100 - 1] * 1000)
        let most = try ledger.memory("VmHWM") >> 10
        print("load: \(words): p99 \(late) ms, at most \(most) MiB")
        #expect(try ledger.memory("VmHWM") < LoadTests.memoryLimit)
    }

    /// A ledger whose first bundle of manifests is of more than 30 MB.
    private static func runLarge(
        _ flags: [String] = [], environment: [String: String] = [:],
        _ body: (LedgerProcess, Int) async throws -> Void
    ) async throws {
        try await LoadTests.run(flags, environment: environment) { ledger, port in
            let names = (0..<125).map { "large-\($0).txt" }
            for name in names { try ledger.shop.write(name, to: name) }
            let padding = String(repeating: "0123456789abcdef", count: 250_000 / 16)
            try ledger.shop.write("{\"ext\": {\"padding\": \"\(padding)\"}}", to: "ext.json")
            let signed = try await Program.run(
                "colophon",
                ["sign", "--key", "berlin.pem", "--issuer", Workshop.berlin, "--creator", "A"]
                    + ["--title", "T", "--predicate", "ext.json"] + names, in: ledger.shop.folder)
            try #require(signed.status == 0, "\(signed.words)")
            let sent = try await Program.run(
                "colophon",
                ["submit"] + names.map { "\($0).colophon" }, in: ledger.shop.folder,
                environment: environment.merging(["COLOPHON_LEDGER": ledger.address]) { $1 })
            try #require(sent.status == 0, "\(sent.words)")
            try await body(ledger, port)
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func readersThatDoNotReadHoldLittle() async throws {
        try await Self.runLarge { ledger, port in
            let size = try #require(try await ledger.size())
            for path in ["/manifests/000.p/\(size)", "/tile/entries/000.p/\(size)"] {
                for (count, addresses) in [(8, 1), (500, 1), (500, 8)] {
                    let crowd = try await Crowd(
                        count, port: port, greeting: "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n",
                        reads: false, addresses: addresses)
                    let words = "\(count) from \(addresses) that do not read \(path)"
                    try await Self.expectHealth(ledger, amid: words)
                    await crowd.leave()
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(Patience.minutes)))
    func streamsThatAreNotReadHoldLittle() async throws {
        let shop = try await Workshop()
        try await shop.makeCertificate()
        let certificate = shop.url("cert.pem").path()
        let flags = ["--tls-cert", certificate, "--tls-key", shop.url("key.pem").path()]
        try await Self.runLarge(flags, environment: ["COLOPHON_CA": certificate]) { ledger, port in
            let size = 128
            for path in ["/manifests/000.p/\(size)", "/tile/entries/000.p/\(size)"] {
                for (count, addresses) in [(1, 1), (100, 1), (96, 8)] {
                    let crowd = try await Crowd(
                        count, port: port, tls: true, addresses: addresses)
                    try await crowd.sayAndTurnAway(Self.streams(32, path))
                    let words = "\(count) times 32 streams of \(path), from \(addresses)"
                    try await Self.expectHealth(ledger, amid: words, trusting: certificate)
                    await crowd.leave()
                }
            }
        }
    }

    /// What a client of HTTP/2 says that opens its windows as far as they go and asks on so many
    /// streams (RFC 9113 §3.4, §4.1, §6.5, §6.9; fields as RFC 7541 §6.2.2 has them).
    private static func streams(_ count: Int, _ path: String) -> [UInt8] {
        func frame(_ kind: UInt8, _ flags: UInt8, _ stream: Int, _ content: [UInt8]) -> [UInt8] {
            let length = [16, 8, 0].map { UInt8(truncatingIfNeeded: content.count >> $0) }
            let id = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) }
            return length + [kind, flags] + id + content
        }
        func field(_ name: String, _ value: String) -> [UInt8] {
            [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)]
                + Array(value.utf8)
        }
        let head =
            field(":method", "GET") + field(":scheme", "https") + field(":authority", "a")
            + field(":path", path)
        let preface =
            Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
            + frame(4, 0, 0, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF])
            + frame(8, 0, 0, [0x7F, 0xFF, 0x00, 0x00])
        return preface + (0..<count).flatMap { frame(1, 5, 2 * $0 + 1, head) }
    }

    /// Bodies that are not too slow, from one address, for as long as it takes.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func whoHoldsPlacesWithSlowBodiesLeavesSomeForOthers() async throws {
        try await LoadTests.run(["--max-connections", "400"]) { ledger, port in
            let crowd = try await Crowd(
                800, port: port,
                greeting: "POST /entries HTTP/1.1\r\nHost: a\r\nContent-Type: application/cose\r\n"
                    + "Content-Length: 300000\r\n\r\n")
            let drip = Task {
                // 0.6 KiB a second.
                while true {
                    crowd.say(String(repeating: "a", count: 300))
                    try await pause(atLeast: .milliseconds(500))
                }
            }
            defer { drip.cancel() }
            try await Self.expectHealth(ledger, amid: "800 slow bodies where 400 may be")
            #expect(crowd.tally.ended >= 300)
            await crowd.leave()
        }
    }
}
