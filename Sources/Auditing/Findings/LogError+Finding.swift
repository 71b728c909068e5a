import LogReader

extension LogError {
    /// The finding that a file is wrong, where it was so each time that it was asked for.
    var finding: AuditFinding {
        guard let file else { preconditionFailure("what is found wrong is a file: \(self)") }
        let rule: AuditRule =
            switch file.part {
            case .checkpoint: .checkpoint
            case .tile: .tile
            case .bundle: .bundle
            case .manifests: .manifest
            case .anchors: .anchor
            case .control, .receiptKeys, .indexHead: .published
            }
        return AuditFinding(rule, .file(file.path), reason)
    }
}
