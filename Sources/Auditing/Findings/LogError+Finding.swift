import LogReader

extension LogError {
    /// The finding that a file is wrong, where it was so each time that it was asked for.
    var finding: AuditFinding {
        let place = file?.path ?? ""
        let rule: AuditRule =
            switch file?.part {
            case .bundle: .bundle
            case .tile, nil: .tile
            case .checkpoint: .checkpoint
            case .other where place.contains("anchors/"): .anchor
            case .other where place.contains("manifests/"): .manifest
            case .other: .published
            }
        return AuditFinding(rule, .file(place), words)
    }

    /// What is wrong, without the path, which the place has.
    private var words: String {
        let all = "\(self)"
        guard let path = file?.path, all.hasPrefix("\(path): ") else { return all }
        return String(all.dropFirst(path.count + 2))
    }
}
