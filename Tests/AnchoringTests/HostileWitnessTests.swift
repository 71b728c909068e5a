import Anchoring
import Checkpoints
import Crypto
import Encoding
import Logging
import TestPeer
import TestSupport
import Testing

/// Witnesses that answer anything: each is named, and none gets a line into a checkpoint.
@Suite struct HostileWitnessTests {
    /// What a hostile witness answers to add-checkpoint, and what is said of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let failure: WitnessFailure
        let answer: @Sendable (FakeWitness, FakeLog, StubServer.Request) throws -> StubServer.Answer

        /// Whether the words are ours: why a connection ended, the library says in its own.
        var isNamedByUs: Bool { if case .unreachable = failure { false } else { true } }

        init(
            _ name: String, _ failure: WitnessFailure,
            _ answer:
                @escaping @Sendable (
                    FakeWitness, FakeLog, StubServer.Request
                ) throws -> StubServer.Answer
        ) {
            testDescription = name
            self.failure = failure
            self.answer = answer
        }

        /// A status, whatever is asked.
        init(_ status: Int, _ failure: WitnessFailure) {
            self.init("status \(status)", failure) { _, _, _ in .whole(status) }
        }

        /// A body with status 200.
        init(_ name: String, _ failure: WitnessFailure, body: String) {
            self.init(name, failure) { _, _, _ in .whole(200, [:], Array(body.utf8)) }
        }
    }

    static let lines: [Case] = [
        Case("nothing", .malformedLine, body: ""),
        Case("an empty line", .malformedLine, body: "\n"),
        Case("garbage", .malformedLine, body: "\u{1b}[2J\u{202e}OK\n"),
        Case("a page", .unexpected("a page (text/html)")) {
            _, _, _ in .whole(200, ["Content-Type": "text/html"], Array("<html>\n".utf8))
        },
        Case("garbage after its line", .malformedLine) { witness, log, _ in
            .whole(200, [:], try witness.line(log.newestSignedHead()) + Array("OK\n".utf8))
        },
        Case("a line without its end", .malformedLine) { witness, log, _ in
            .whole(200, [:], try witness.line(log.newestSignedHead()).dropLast())
        },
        Case("thousands of lines", .tooManyLines) { witness, log, _ in
            let line = try witness.line(log.newestSignedHead())
            return .whole(200, [:], Array(repeatElement(line, count: 400).joined()))
        },
        Case("a line of another key", .noLine) { _, log, _ in
            let other = try FakeWitness("other.example", of: log)
            return .whole(200, [:], try other.line(log.newestSignedHead()))
        },
        Case("a line of another key of its name", .noLine) { witness, log, _ in
            let other = try FakeWitness(witness.cosigner.name.string, of: log)
            return .whole(200, [:], try other.line(log.newestSignedHead()))
        },
        Case("the log's own line", .noLine) { _, log, _ in
            .whole(200, [:], try log.newestSignedHead().ownLines[0].line)
        },
        Case("a line over another log's head", .badLine) { witness, _, _ in
            let other = try FakeLog(origin: "other.example")
            try other.grow(by: 5)
            return .whole(200, [:], try witness.line(other.newestSignedHead()))
        },
        Case("a line over an older head", .badLine) { witness, log, _ in
            .whole(200, [:], try witness.line(log.head(4)))
        },
        Case("a good line and a bad one", .badLine) { witness, log, _ in
            let (good, bad) = (try witness.line(log.head(5)), try witness.line(log.head(4)))
            return .whole(200, [:], good + bad)
        },
        Case("the time 0", .badLine) { witness, log, _ in
            let text = try log.newestSignedHead().note.text
            let good = try witness.cosigner.sign(text, at: 1)
            let zero = [UInt8](repeating: 0, count: 8) + good.signature.dropFirst(8)
            let line = try NoteSignature(name: good.name, keyID: good.keyID, signature: zero)
            return .whole(200, [:], line.line)
        },
        Case("a time to come", .futureTime(ahead: 61)) { witness, log, _ in
            .whole(200, [:], try witness.line(log.newestSignedHead(), at: TestTime.seconds + 61))
        },
        Case("a time long past", .pastTime(behind: 3_601)) { witness, log, _ in
            .whole(
                200, [:],
                try witness.line(log.newestSignedHead(), at: TestTime.seconds - 3_601))
        },
    ]

    static let answers: [Case] = [
        Case(400, .refusedRequest), Case(403, .refusedSignature), Case(404, .unknownLog),
        Case(422, .inconsistent), Case(429, .tooOften), Case(500, .broken(status: 500)),
        Case(503, .broken(status: 503)), Case(418, .otherStatus(418)),
        Case(
            204,
            .unexpected("status 204 to POST /add-checkpoint")
        ),
        Case(
            "a redirect", .unexpected("status 307, a redirect")
        ) { _, _, _ in .whole(307, ["Location": "http://127.0.0.1:1/"]) },
        Case("a conflict without a size", .malformedSize) { _, _, _ in .whole(409) },
        Case("a conflict with garbage", .malformedSize) { _, _, _ in
            .whole(409, [:], Array("5 or so\n".utf8))
        },
        Case("a conflict with a number too large", .malformedSize) { _, _, _ in
            .whole(409, [:], Array("9223372036854775808\n".utf8))
        },
        Case("a conflict with a zero before", .malformedSize) { _, _, _ in
            .whole(409, [:], Array("05\n".utf8))
        },
        Case("a conflict with what it was told", .sizeAgain(0)) { _, _, _ in
            .whole(409, [:], Array("0\n".utf8))
        },
        Case("conflicts in a circle", .otherSizeAgain(3)) { witness, _, _ in
            .whole(409, [:], Array((witness.asked.count % 2 == 1 ? "4\n" : "3\n").utf8))
        },
        Case(
            "more than is read",
            .unexpected("an answer of more than 65536 bytes")
        ) { _, _, _ in .whole(200, [:], .init(repeating: 0x41, count: 65_537)) },
        Case(
            "10 GB",
            .unexpected("an answer of more than 65536 bytes")
        ) { _, _, _ in
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"
            return .stalled(Array(head.utf8) + .init(repeating: 0x41, count: 1 << 20))
        },
        Case("a connection that is cut", .unreachable("it closed the connection")) { _, _, _ in
            .broken(Array("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhalf".utf8))
        },
        Case("a connection that ends at once", .unreachable("it closed the connection")) {
            _, _, _ in .broken([])
        },
    ]

    @Test(arguments: lines + answers)
    func aHostileAnswerIsNamedAndNothingOfItIsKept(_ hostile: Case) async throws {
        try await Scene.set(5, witnesses: 3) { scene in
            let (bad, log) = (scene.witnesses[0], scene.log)
            log.setHeadTime(TestTime.seconds)
            bad.play { request in
                request.method == "GET" ? .whole(404) : try hostile.answer(bad, log, request)
            }
            try await scene.running {
                let failure = try await scene.failure()
                #expect(failure.kind == hostile.failure.kind)
                if hostile.isNamedByUs { #expect(failure == hostile.failure) }
                // The others are not in its way, nor it in theirs.
                try await scene.untilCosigned(5, by: [1, 2])
                try await eventually("a quorum") { scene.conductor.health.quorum != nil }
            }
            #expect(try log.cosigners(of: 5) == ["w1.example", "w2.example"])
            let words = scene.lines.all.filter { $0.contains("witness=w0") }
            #expect(words.count == 1)
            if hostile.isNamedByUs {
                #expect(words.first?.contains("\(hostile.failure)") == true)
            }
            #expect(scene.conductor.permission.isGranted)
            #expect(scene.evidence == [])
        }
    }

    @Test func whatIsLateOrDripsIsGivenUp() async throws {
        for start in ["", "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nd"] {
            try await Scene.set(5) {
                // The time for a call is itself what this is about.
                $0.answerTime = .milliseconds(50)
            } _: { scene in
                scene.witnesses[0].play { _ in .stalled(Array(start.utf8)) }
                try await scene.running {
                    guard case .unreachable = try await scene.failure() else {
                        Issue.record("\(scene.conductor.health)")
                        return
                    }
                }
            }
        }
    }

    @Test func aTimeWithinTheSkewOfClocksIsTaken() async throws {
        try await Scene.set(5) { scene in
            let (witness, log) = (scene.witnesses[0], scene.log)
            witness.play { _ in
                let head = try log.newestSignedHead()
                return .whole(200, [:], try witness.line(head, at: TestTime.seconds + 60))
            }
            try await scene.running { try await scene.untilCosigned(5, by: [0]) }
        }
    }

    @Test func linesOfOthersBesideItsOwnAreLeftOut() async throws {
        try await Scene.set(5) { scene in
            let (witness, log) = (scene.witnesses[0], scene.log)
            let other = try FakeWitness("other.example", of: log)
            witness.play { _ in
                let head = try log.newestSignedHead()
                return .whole(200, [:], try other.line(head) + witness.line(head))
            }
            try await scene.running { try await scene.untilCosigned(5, by: [0]) }
            #expect(try log.cosigners(of: 5) == ["w0.example"])
        }
    }

    @Test(arguments: [(2_428, true), (2_427, false), (72, false)])
    func aLineOfMLDSAIsCarriedIfItHasTheLengthOfOne(count: Int, isCarried: Bool) async throws {
        let log = try FakeLog()
        try log.grow(by: 5)
        let name = Text("pq.example")
        let publicKey = [UInt8](repeating: 7, count: 1_312)
        let hash = Array(SHA256.hash(data: name.utf8 + [0x0A, 0x06] + publicKey).prefix(4))
        let key = "pq.example+\(Hex.encode(hash))+\(Base64.encode([0x06] + publicKey))"
        let line = try NoteSignature(
            name: name, keyID: hash.reduce(0) { $0 << 8 | UInt32($1) },
            signature: .init(repeating: 9, count: count))
        try await StubServer.run { _ in
            .whole(200, [:], line.line)
        } _: { server in
            let text = "witness pq \(key) http://127.0.0.1:\(server.port)\nquorum pq\n"
            var options = AnchoringOptions()
            // It is about what is answered, not about when.
            options.answerTime = Patience.bound
            let conductor = try WitnessConductor(
                log: log, policy: try TrustPolicy(parsing: Array(text.utf8)),
                options: options, clock: TestTime().clock, logger: .init(label: "test"),
                evidence: { _, _ in })
            let running = Task { await conductor.run() }
            try await eventually("an answer") { conductor.health.witnesses[0].isUp != nil }
            running.cancel()
            await running.value
            #expect(conductor.health.witnesses[0].failure == (isCarried ? nil : .badLine))
            let names: Set<String> = isCarried ? ["pq.example"] : []
            #expect(try log.cosigners(of: 5) == names)
            // Unknown is not seen: it makes no quorum.
            #expect(conductor.health.quorum == nil)
        }
    }
}
