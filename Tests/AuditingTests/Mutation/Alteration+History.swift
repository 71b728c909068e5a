import Auditing
import Checkpoints
import Encoding
import Merkle
import Provenance
import TestLedger
import TestSupport

/// Heads that do not go with those before, or that the right people have not seen.
extension Alteration {
    /// A day, and a little.
    private static let day: UInt64 = 90_000

    /// What is found by who has seen the log before, or knows who must have seen it.
    static var histories: [Alteration] {
        [
            Alteration(
                .history, "an older head", steps: [Step { _ in }, Step { try $0.cut(to: 550) }]
            ) { _ in .head(.behind, 550) },
            Alteration(
                .history, "another tree of the same size",
                steps: [
                    Step { _ in },
                    Step { log in
                        log.leaves[595] = log.leaves[594]
                        try log.sign()
                    },
                ]
            ) { .head(.fork, $0.size) },
            Alteration(
                .history, "a larger tree of another history",
                steps: [
                    Step { _ in },
                    Step { log in
                        log.leaves[595] = log.leaves[594]
                        try log.append(like: "first")
                    },
                ]
            ) { .head(.fork, $0.size - 1) },
            Alteration(
                .history, "no witness has seen it",
                steps: [Step { try $0.expect(TestWitness("w.example"), at: nil) }]
            ) { .head(.quorum, $0.size) },
            Alteration(
                .history, "a false line of a witness",
                steps: [
                    Step { log in
                        let known = try TestWitness("w.example")
                        try log.expect(known, at: log.time)
                        try log.edit("checkpoint") { $0[$0.count - 9] ^= 3 }
                    }
                ]
            ) { _ in .file(.checkpoint, "checkpoint") },
            Alteration(
                .history, "nothing new for days",
                steps: [
                    Step { try $0.expect(TestWitness("w.example"), at: $0.time) },
                    Step(seconds: 3 * day) { _ in },
                ]
            ) { .head(.stale, $0.size) },
            Alteration(
                .history, "dated by nobody for days",
                steps: [Step { _ in }, Step(seconds: 3 * day) { _ in }]
            ) { _ in .head(.overdue, 590) },
        ]
    }
}

extension RecordedLog {
    /// Has the kit ask for a witness, who cosigns the newest head at a time; nil where it does not.
    fileprivate mutating func expect(_ witness: TestWitness, at time: UInt64?) throws {
        let lines = String(decoding: kit.policy, as: UTF8.self)
            .split(separator: "\n").filter { !$0.hasPrefix("quorum") }
        kit.policy = Array(
            (lines.joined(separator: "\n") + "\nwitness w \(witness.verifierKey)\nquorum w\n").utf8)
        guard let time else { return }
        let note = try SignedNote(parsing: found(files["checkpoint"], "a checkpoint"))
        files["checkpoint"] =
            try SignedNote(
                text: note.text,
                signatures: note.signatures + [witness.cosign(note.encoded, at: time)]
            ).encoded
    }
}
