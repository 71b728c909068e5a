import Foundation
import TestSupport
import Testing

/// What a person is told who was sent a proof of misbehaviour.
@Suite struct MisbehaviourCommandTests {
    private static let examples = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Schemas/misbehaviour")

    private func judge(_ name: String, _ more: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["verify-misbehaviour", "\(name).misbehaviour"] + more, in: Self.examples)
    }

    @Test(arguments: [
        ("two-roots", "size 60, roots"), ("not-extended", "size 33 with root"),
        ("not-extended-power-of-two", "size 32 with root"),
    ])
    func aLogIsConvictedInPlainWords(example: String, words: String) async throws {
        let judged = try await judge(example, "--policy", "logs.policy")
        #expect(judged.status == 0 && judged.words.isEmpty, "\(judged.words)")
        let text = judged.output.unwrapped
        #expect(text.contains("log.example/prints SIGNED TWO DIFFERENT LOGS: \(words)"), "\(text)")
        #expect(text.contains("Keep this file and send it to everyone who relies on the log"))
        for line in judged.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test(arguments: [
        ("one-tree", "both checkpoints are of one tree"),
        ("extended", "the second checkpoint's tree extends the first one's"),
        ("invented-hashes", "do not lead to the root of the second checkpoint"),
        ("unknown-key", "the second checkpoint is signed by no key that is known here"),
        ("other-logs-key", "the second checkpoint is signed by no key that is known here"),
    ])
    func nobodyElseIs(example: String, reason: String) async throws {
        let judged = try await judge(example, "--policy", "logs.policy")
        #expect(judged.status == 1)
        let text = judged.output.unwrapped
        #expect(text.contains("CONVICTS NOBODY: ") && text.contains(reason), "\(text)")
    }

    @Test func programsAreToldRootsAndKeys() async throws {
        let judged = try await judge("not-extended", "--policy", "logs.policy", "--json")
        let answer = try #require(judged.objects.first)
        #expect(answer["convicts"] as? Bool == true && answer["what"] as? String == "not-extended")
        #expect(answer["origin"] as? String == "log.example/prints")
        let newer = try #require(answer["newer"] as? [String: Any])
        #expect(newer["size"] as? Int == 60)
        #expect(
            (newer["keys"] as? [String])?.first?.hasPrefix("log.example/prints+4f3a4bb1+") == true)
        let refused = try await judge("one-tree", "--policy", "logs.policy", "--json")
        #expect(refused.objects.first?["convicts"] as? Bool == false)
        #expect(refused.objects.first?["reason"] is String)
    }

    /// A witness's list of logs has no quorum line.
    @Test func aListOfLogsIsPolicyEnough() async throws {
        let shop = try await Workshop()
        let policy = try String(
            contentsOf: Self.examples.appending(path: "logs.policy"), encoding: .utf8)
        let list = try shop.write(policy.replacing("quorum none\n", with: ""), to: "logs")
        #expect(try await judge("two-roots", "--policy", list.path()).status == 0)
        let none = try shop.write("quorum none\n", to: "none")
        let empty = try await judge("two-roots", "--policy", none.path())
        #expect(empty.status == 2 && empty.words.contains("knows no log"), "\(empty.words)")
        let bad = try shop.write("logs x\n", to: "bad")
        let wrong = try await judge("two-roots", "--policy", bad.path())
        #expect(wrong.status == 2 && wrong.words.contains("begins with \"logs\""), "\(wrong.words)")
    }

    /// What a thief signed, and what an operator could say afterwards: both are told.
    @Test(.enabled(if: Program.succeeds("command -v openssl base64"), "needs openssl"))
    func aKeyThatWasStolenIsConvictedAndThatIsSaid() async throws {
        let shop = try await Workshop()
        for command in [
            [
                "init", "--data", "ledger", "--origin", "ledger.example", "--admin",
                "berlin.pub.pem",
            ],
            ["trust-kit", "--data", "ledger", "--out", "before"],
        ] {
            let done = try await Program.run("colophond", command, in: shop.folder)
            try #require(done.status == 0, "\(done.words)")
        }
        // As split_view of Tools/try.d does it: two heads of size 2, the smaller root first.
        let script = #"""
            vkey=$(sed -n 's/^log \([^ ]*\).*/\1/p' before/policy)
            id=$(printf %s "$vkey" | cut -d + -f 2 | sed 's/../\\x&/g')
            echo colophon/misbehaviour@v1
            for root in two one; do
                printf 'ledger.example\n2\n%s\n' \
                    "$(echo $root | openssl dgst -sha256 -binary | base64)" >head
                printf '\n%s\n\n— ledger.example %s\n' "$(cat head)" \
                    "$({ printf "$id" && openssl pkeyutl -sign -rawin \
                        -inkey ledger.keys/note.pem -in head; } | base64 -w 0)"
            done
            """#
        let forged = try await Program.run("bash", ["-c", script], in: shop.folder)
        try #require(forged.status == 0, "\(forged.words)")
        try shop.write(forged.output, to: "heads")
        let before = try await shop.colophon(
            "verify-misbehaviour", "heads", "--trust", "before", "--json")
        #expect(before.status == 0 && before.objects.first?["suspectFrom"] is NSNull)
        for command in [
            ["rotate", "note", "--data", "ledger", "--suspect-from", "1"],
            ["trust-kit", "--data", "ledger", "--out", "after"],
        ] {
            let done = try await Program.run("colophond", command, in: shop.folder)
            try #require(done.status == 0, "\(done.words)")
        }
        let after = try await shop.colophon("verify-misbehaviour", "heads", "--trust", "after")
        #expect(after.status == 0 && after.output.contains("SIGNED TWO DIFFERENT LOGS"))
        let text = after.output.unwrapped
        #expect(text.contains("may have signed what is of size 1 or more"), "\(text)")
    }

    @Test func keysAreNamedByTheReaderAndByNobodyElse() async throws {
        let none = try await judge("two-roots")
        #expect(none.status == 2 && none.words.contains("--policy FILE"), "\(none.words)")
        let both = try await judge("two-roots", "--policy", "logs.policy", "--trust", "kit")
        #expect(both.status == 2 && both.words.contains("exclude each other"), "\(both.words)")
    }

    /// Of several files the worst decides, and each has its answer.
    @Test func whatCannotBeReadSaysWhy() async throws {
        let shop = try await Workshop()
        let path = Self.examples.path()
        let good = try String(
            contentsOf: Self.examples.appending(path: "two-roots.misbehaviour"), encoding: .utf8)
        try shop.write(good + "\n", to: "longer")
        try shop.write("", to: "empty")
        let judged = try await shop.colophon(
            "verify-misbehaviour", "longer", "empty", "\(path)/two-roots.misbehaviour",
            "--policy", "\(path)/logs.policy")
        #expect(judged.status == 2)
        #expect(judged.output.contains("SIGNED TWO DIFFERENT LOGS"))
        #expect(judged.words.contains("colophon: longer: is no proof of misbehaviour: the second"))
        #expect(judged.words.contains("colophon: empty: is no proof of misbehaviour: its first"))
    }
}
