import Checkpoints
import Encoding
import Provenance
import Studio

/// Who would have to lie together to show somebody with this kit a false log, in words.
///
/// The quorum is a tree: a group is said in a line, and what it is made of further in.
struct DeceptionText {
    /// How deep groups are told; those below are named, and the policy has them.
    private static let depthLimit = 8

    /// The most lines that a quorum takes; a policy of 256 groups is read in its file.
    private static let lineLimit = 64

    /// The most witnesses that an example names.
    private static let exampleLimit = 8

    private let policy: TrustPolicy
    private let names: Names

    init(_ policy: TrustPolicy, _ names: Names) {
        self.policy = policy
        self.names = names
    }

    /// The fewest witnesses that would have to lie; nil where no set of those whose signatures can
    /// be checked here meets the quorum.
    var fewest: [TrustPolicy.Witness]? { policy.fewest { $0.key.kind == .cosigner } }

    /// What it would take, in lines that fit a terminal.
    var lines: [String] {
        guard policy.quorum != .none else {
            return Columns.wrap(
                "To show you a false log, the ledger alone would do: this kit asks for no "
                    + "witnesses.", head: "")
        }
        guard let fewest else {
            return Columns.wrap(
                "Nobody can show you that a log was witnessed: the quorum of this kit needs "
                    + "signatures of a kind that this program cannot check.", head: "")
        }
        var lines = head
        let example = fewest.prefix(Self.exampleLimit).map { name($0.name) }
        if fewest.count > 1, group(policy.quorum).map({ !isFlat($0) }) ?? false {
            let more = fewest.count - example.count
            lines += Columns.wrap(
                "The least that would do is the ledger and \(fewest.count) witnesses, such as "
                    + list(example) + (more > 0 ? " and \(more) more." : "."), head: "")
        }
        let end =
            "Whether they are independent of each other and of the ledger, the kit cannot show."
        return lines + Columns.wrap(end, head: "")
    }

    /// Who would have to lie, in a sentence where the quorum has no group within a group.
    private var head: [String] {
        let start = "To show you a false log, the ledger and "
        guard let group = group(policy.quorum) else {
            return Columns.wrap(
                start + "one witness would have to lie together: \(name(policy.quorum)).", head: "")
        }
        guard isFlat(group) else {
            return Columns.wrap(start + "these would have to lie together:", head: "") + tree
        }
        return Columns.wrap(
            start + "\(choice(group)) would have to lie together: "
                + "\(list(group.members.map { name($0) })).", head: "")
    }

    /// The quorum as a tree, each name in a line of its own.
    private var tree: [String] {
        var lines: [String] = []
        var open: [(name: PolicyWord, depth: Int)] = [(policy.quorum, 1)]
        while let (word, depth) = open.popLast() {
            guard lines.count < Self.lineLimit else {
                return lines + ["  and more, as the kit's policy has it"]
            }
            let indent = String(repeating: "  ", count: depth)
            guard let group = group(word) else {
                lines += Columns.wrap(name(word), head: indent)
                continue
            }
            guard !isFlat(group), depth < Self.depthLimit else {
                let members = list(group.members.map { name($0) })
                lines += Columns.wrap("\(choice(group)): \(members)", head: indent)
                continue
            }
            lines += Columns.wrap("\(choice(group)):", head: indent)
            open += group.members.reversed().map { ($0, depth + 1) }
        }
        return lines
    }

    private func group(_ name: PolicyWord) -> TrustPolicy.Group? {
        policy.groups.first { $0.name == name }
    }

    /// Whether a group has no group in it.
    private func isFlat(_ group: TrustPolicy.Group) -> Bool {
        group.members.allSatisfy { self.group($0) == nil }
    }

    /// How many of a group's members have to sign.
    private func choice(_ group: TrustPolicy.Group) -> String {
        let (some, all) = (group.threshold, group.members.count)
        if all == 1 { return "this one" }
        if some == all { return all == 2 ? "both of these" : "all \(Self.number(all)) of these" }
        return "\(Self.number(some)) of these \(Self.number(all))"
    }

    /// A witness, with the collector's own name for it, and what cannot be checked.
    private func name(_ word: PolicyWord) -> String {
        guard let witness = policy.witnesses.first(where: { $0.name == word }) else {
            return "\(word)"
        }
        let own = names[id: "\(witness.key)"].map { " (you call it \"\($0)\")" } ?? ""
        return "\(word)\(own)" + (witness.key.kind == .cosigner ? "" : " (not checked here)")
    }

    private func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    private static func number(_ count: Int) -> String {
        let words = [
            "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        ]
        return words.indices.contains(count) ? words[count] : "\(count)"
    }
}
