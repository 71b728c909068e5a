/// What may never end, and what keeps others from their turn meanwhile.
enum EndlessWaits {
    /// Finds locks that are waited for without a limit, and loops until a task is cancelled that
    /// never give the thread to another task: two of them, on two processors, are all threads.
    static func findings(in file: SourceFile) -> [Finding] {
        // These spell the words.
        guard file.target != "TidyTests" else { return [] }
        let code = file.parts.code
        let locks = StyleCheck.matches(
            of: /\bLOCK_(?:EX|SH)\b(?!\s*\|\s*LOCK_NB)/, in: code, of: file)
        let loops = code.ranges(of: /while\s+!\s*Task[.]isCancelled\s*\{/).filter {
            !body(from: $0.upperBound, in: code).contains(/\bawait\b/)
        }
        return locks
            + loops.map { range in
                let line = code[..<range.lowerBound].count { $0 == "\n" } + 1
                return Finding(path: file.path, line: line, rule: "a loop without an await")
            }
    }

    /// The text up to the brace that closes the one before `start`.
    private static func body(from start: String.Index, in code: String) -> Substring {
        var depth = 1
        for index in code[start...].indices {
            switch code[index] {
            case "{": depth += 1
            case "}": depth -= 1
            default: continue
            }
            if depth == 0 { return code[start..<index] }
        }
        return code[start...]
    }
}
