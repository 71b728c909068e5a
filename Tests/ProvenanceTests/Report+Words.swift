import Manifests
import Provenance

extension Report {
    /// Whether one of the findings is this.
    func says(_ check: Check, _ verdict: Verdict) -> Bool {
        findings.contains { $0.check == check && $0.verdict == verdict }
    }

    /// Whether a finding of `check` has this verdict and these words.
    func says(_ check: Check, _ verdict: Verdict, _ words: String) -> Bool {
        findings.contains {
            $0.check == check && $0.verdict == verdict && $0.detail.contains(words)
        }
    }

    /// Whether anything is false.
    var isFalse: Bool {
        findings.contains { $0.verdict == .refuted }
    }
}

/// Returns what `body` refuses with.
func refusal(_ body: () throws -> Void) -> Refusal? {
    do {
        try body()
        return nil
    } catch {
        return error as? Refusal
    }
}
