import Auditing
import Files

extension Failure {
    /// Why what a monitor keeps cannot be used.
    init(_ error: MonitorStateError) {
        switch error {
        case .file(let error): self.init(writing: error)
        case .damaged(let path, let words):
            self = .unreadable(
                path, words,
                hint: "events that were not delivered may be lost: look, then remove it")
        }
    }
}
