import Files

/// The command by which anybody judges a file that shows a fork.
struct JudgingCommand {
    /// The path of the file.
    let proof: String

    /// The whole command, as a shell takes it.
    let text: String

    /// Judges the file by what these words of the command line name.
    init(_ proof: String, by trust: String) {
        self.proof = proof
        text = ["colophon verify-misbehaviour", ShellWord.quoted(proof), trust]
            .joined(separator: " ")
    }
}
