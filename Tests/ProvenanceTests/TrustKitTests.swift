import Checkpoints
import Encoding
import Merkle
import Provenance
import TestLog
import Testing

/// A kit is believed whole or not at all (trust-kit.md).
@Suite struct TrustKitTests {
    var log: MemoryLedger
    let files: TrustKit.Files

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        _ = try log.capture("photo")
        files = try log.kitFiles()
    }

    /// The file that a kit is refused for; nil where it is accepted.
    private func fault(_ change: (inout TrustKit.Files) throws -> Void) rethrows -> String? {
        var files = files
        try change(&files)
        do throws(TrustKitError) {
            _ = try TrustKit(files)
            return nil
        } catch {
            return error.file
        }
    }

    /// The registry file with one of its three parts changed.
    private func registry(_ change: (inout [CBOR]) throws -> Void) throws -> [UInt8] {
        var parts = try #require(try CBOR.decode(files.registry).arrayValue)
        try change(&parts)
        return CBOR.array(parts).encoded()
    }

    @Test func aGoodKitKnowsSizeTimeAndKeys() throws {
        let kit = try TrustKit(files)
        #expect(kit.size == 4)
        #expect(kit.time == log.time(of: 4))
        #expect(kit.genesis == log.controls[0].statement.id)
        #expect(kit.controls.map(\.index) == [0, 1, 2])
        #expect(kit.registry.keys[log.pop.publicKey.keyID]?.state == .added)
        #expect(kit.registry(below: 2).keys[log.pop.publicKey.keyID] == nil)
        #expect(kit.registry(below: 0).keys.isEmpty)
    }

    /// The names of trust-kit.md: a folder and an answer have no others.
    @Test func aKitIsReadByTheNamesUnderWhichItIsWritten() throws {
        var files = files
        #expect(
            files.named.map(\.name)
                == ["policy", "genesis", "registry.cbor", "receipt-keys.cbor"])
        files.timestampRoots = [1, 2]
        #expect(files.named.map(\.name).last == "tsa.pem" && files.named.count == 5)
        files.calendars = Array("https://a.example\n".utf8)
        #expect(files.named.map(\.name).last == "calendars" && files.named.count == 6)
        let written = Dictionary(uniqueKeysWithValues: files.named.map { ($0.name, $0.bytes) })
        let read = try TrustKit.Files(
            reading: { try #require(written[$0.rawValue]) }, optional: { written[$0.rawValue] })
        #expect(read == files)
        #expect(try TrustKit(read).timestampRoots == [1, 2])
    }

    /// The calendars decide nothing, and a file that names them badly is refused all the same.
    @Test func aListOfCalendarsHasAURLALine() throws {
        func fault(_ text: String) -> String? {
            self.fault { $0.calendars = Array(text.utf8) }
        }
        #expect(fault("https://a.example\nhttps://b.example/x\n") == nil)
        #expect(fault("https://a.example\r\n") == nil)
        let many = (1...16).map { "https://\($0).example\n" }.joined()
        #expect(fault(many) == nil && fault(many + "https://17.example\n") == "calendars")
        for text in [
            "", "\n", "https://a.example", "https://a.example\n\n", "a.example\n", "https://\n",
            "ftp://a.example\n", "https://a.example\nhttps://a.example\n", "https://a b\n",
            "https://a\u{1B}[31m\n", "https://\u{E9}.example\n",
            "https://" + String(repeating: "a", count: 248) + "\n",
        ] {
            #expect(fault(text) == "calendars", "\(text)")
        }
        let made = TrustKit.make(
            registry: try TrustKit(files).registry, head: try log.head(log.size),
            controls: try log.controls.map {
                TrustKit.Evidence(leaf: $0.statement.leaf, proof: try log.proof($0.index, in: 4))
            }, timestampRoots: [7], calendars: ["https://a.example", "http://b.example:1/c"])
        let kit = try TrustKit(made)
        #expect(kit.calendars == ["https://a.example", "http://b.example:1/c"])
        #expect(kit.timestampRoots == [7])
    }

    @Test func anotherKitsFilesDoNotFit() throws {
        let other = try MemoryLedger(seed: "other").kitFiles()
        #expect(fault { $0.genesis = other.genesis } == "registry.cbor")
        #expect(fault { $0.registry = other.registry } == "registry.cbor")
        #expect(fault { $0.policy = other.policy } == "policy")
        #expect(fault { $0.receiptKeys = other.receiptKeys } == "receipt-keys.cbor")
        #expect(fault { _ in } == nil)
    }

    @Test func aKitMayServeFurtherOrigins() throws {
        let other = try MemoryLedger(seed: "other", origin: "other.example").kitFiles()
        #expect(
            fault {
                $0.policy = Array(other.policy.prefix { $0 != 0x0A }) + [0x0A] + $0.policy
            } == nil)
    }

    @Test mutating func aRegistryWithAGapDoesNotFold() throws {
        for missing in 0..<3 {
            let gap = try registry { parts in
                var rows = parts[2].arrayValue ?? []
                rows.remove(at: missing)
                parts[2] = .array(rows)
            }
            #expect(fault { $0.registry = gap } == "registry.cbor", "\(missing)")
        }
        let turned = try registry { $0[2] = .array(($0[2].arrayValue ?? []).reversed()) }
        #expect(fault { $0.registry = turned } == "registry.cbor")
        let empty = try registry { $0[2] = .array([]) }
        #expect(fault { $0.registry = empty } == "registry.cbor")
    }

    @Test mutating func theHeadIsTheLastControlStatementsReceiptInTheNotesTree() throws {
        let (wrong, newest) = (try log.receipt(1), log.size)
        #expect(
            try fault { $0.registry = try registry { $0[1] = .bytes(wrong) } } == "registry.cbor")
        let bare = try log.head(newest, note: []).receipt(log.proof(2, in: newest))
        #expect(
            try fault { $0.registry = try registry { $0[1] = .bytes(bare) } } == "registry.cbor")
        _ = try log.capture("later")
        let later = try log.receipt(2)
        #expect(
            try fault { $0.registry = try registry { $0[1] = .bytes(later) } } == "registry.cbor")
        let note = try log.noteBytes(5)
        #expect(
            try fault { $0.registry = try registry { $0[0] = .bytes(note) } } == "registry.cbor")
        let forked = try log.noteBytes(newest, root: .sha256([1]))
        #expect(
            try fault { $0.registry = try registry { $0[0] = .bytes(forked) } } == "registry.cbor")
    }

    /// Flips in each byte of each file: none may give a kit that is accepted.
    @Test func noBitOfAKitCanBeFlipped() {
        let members: [WritableKeyPath<TrustKit.Files, [UInt8]>] = [
            \.policy, \.genesis, \.registry, \.receiptKeys,
        ]
        for member in members {
            for position in files[keyPath: member].indices {
                for bit in 0..<8 as Range<UInt8> {
                    // The registry is the longest by far: a bit of each byte will do.
                    if member == \.registry, Int(bit) != position % 8 { continue }
                    let fault = fault { $0[keyPath: member][position] ^= 1 << bit }
                    #expect(fault != nil, "bit \(bit) of byte \(position)")
                }
            }
        }
    }

    /// What an older kit has verified is taken from it where the bytes are the same, and nowhere
    /// else.
    @Test mutating func aKitThatFollowsAnotherIsHeldToTheSameRules() throws {
        let older = try TrustKit(files)
        let rome = try log.values.ed25519("rome").publicKey
        try log.addPoP(rome, issuer: MemoryLedger.rome)
        let newer = try log.kitFiles()
        let kit = try TrustKit(newer, after: older)
        #expect(Self.state(of: kit) == Self.state(of: try TrustKit(newer)))
        #expect(kit.registry.keys[rome.keyID] != nil && kit.size == 5)
        #expect(kit.registry(below: 2).keys[log.pop.publicKey.keyID] == nil)
        // A kit that knows more leads to no older one, and one of another ledger to none.
        #expect(Self.state(of: try TrustKit(files, after: kit)) == Self.state(of: older))
        let other = try MemoryLedger(seed: "another").kitFiles()
        #expect(
            Self.state(of: try TrustKit(other, after: kit)) == Self.state(of: try TrustKit(other)))
        for position in stride(from: 0, to: newer.registry.count, by: 3) {
            var damaged = newer
            damaged.registry[position] ^= 1 << (position % 8)
            #expect(throws: TrustKitError.self, "byte \(position)") {
                try TrustKit(damaged, after: older)
            }
        }
    }

    /// What follows from the control statements of a kit.
    private static func state(of kit: TrustKit) -> [String] {
        let registry = kit.registry
        let keys = registry.keys.map { "\($0) \($1.state) \($1.issuer) \($1.additions)" }
        return ["\(registry.genesis) \(registry.newestIndex) \(registry.sequence)"] + keys.sorted()
    }

    /// What several records share is checked once, and what one has wrong is its own.
    @Test mutating func aRunJudgesEachRecordAsTheVerifierDoes() throws {
        var records = try ["a", "b", "c"].map { try log.capture($0) }
        let kit = try log.kit()
        for place in records.indices {
            let index = log.size - UInt64(records.count - place)
            records[place].receipts = [try log.receipt(index)]
        }
        var files = records.map { $0.encoded() }
        var damaged = files[1]
        damaged[damaged.count - 1] ^= 1
        files.insert(damaged, at: 2)
        files.append(files[0])
        var run = VerifierRun(kit)
        for file in files {
            let alone = Verifier(kit).verify(
                file: file, artifact: nil, recordOnly: true, time: kit.time)
            let inRun = run.verify(file, time: kit.time)
            #expect(inRun.findings == alone.findings && inRun.outcome == alone.outcome)
            #expect(inRun.index == alone.index && inRun.signer == alone.signer)
        }
        #expect(run.verify(files[0], time: kit.time).outcome == .verified)
        #expect(run.verify(damaged, time: kit.time).outcome != .verified)
    }
}
