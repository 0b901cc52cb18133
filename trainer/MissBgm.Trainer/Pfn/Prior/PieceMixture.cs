using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>Pieces of one sort, of which each task has one, in shares that come to 1.</summary>
/// <typeparam name="T">What a piece does.</typeparam>
/// <param name="pieces">The pieces there are, by name.</param>
/// <param name="shares">Shares by name; a piece that is not named is not used.</param>
internal sealed class PieceMixture<T>(IReadOnlyDictionary<string, T> pieces, IReadOnlyDictionary<string, double> shares)
{
    private readonly (string Name, double Share)[] _used = [.. shares.Where(share => share.Value > 0).Select(share => (share.Key, share.Value))];

    /// <summary>Gives each task its piece. A single piece takes no random number.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="tasks">B.</param>
    public AssignedPieces<T> Assign(StepRandom random, long tasks)
    {
        var chosen = Enumerable.Range(0, (int)tasks).GroupBy(_ => _used.Length == 1 ? 0 : At(random.NextUniform())).OrderBy(group => group.Key);
        return new([.. chosen.Select(group => (_used[group.Key].Name, pieces[_used[group.Key].Name], group.Select(task => (long)task).ToArray()))]);
    }

    private int At(double uniform)
    {
        for (var i = 0; i < _used.Length - 1; i++)
        {
            if (uniform < _used[i].Share) return i;
            uniform -= _used[i].Share;
        }

        return _used.Length - 1;
    }
}

/// <summary>The piece of each task of a batch.</summary>
/// <param name="Groups">Pieces with the numbers of their tasks, in ascending order.</param>
internal sealed record AssignedPieces<T>(IReadOnlyList<(string Name, T Piece, long[] Tasks)> Groups)
{
    /// <summary>The name of a task's piece.</summary>
    public string NameOf(long task) => Groups.First(group => group.Tasks.Contains(task)).Name;

    /// <summary>Lets each piece draw for its own tasks, and puts the results in the tasks' order.</summary>
    /// <param name="draw">Draws for a piece and a choice of tasks; the first axis of what it returns is theirs.</param>
    public Tensor Draw(Func<T, TaskChoice, Tensor> draw)
    {
        if (Groups.Count == 1) return draw(Groups[0].Piece, new TaskChoice(null, Groups[0].Tasks.Length));
        var parts = Groups.Select(group => draw(group.Piece, new TaskChoice(group.Tasks, group.Tasks.Length))).ToArray();
        return cat(parts, 0).index_select(0, tensor(Groups.SelectMany(group => group.Tasks).ToArray(), device: parts[0].device).argsort());
    }
}

/// <summary>Some of the tasks of a batch.</summary>
/// <param name="Numbers">Their numbers; null for all.</param>
/// <param name="Count">How many.</param>
internal readonly record struct TaskChoice(long[]? Numbers, long Count)
{
    /// <summary>The tasks' part of a tensor whose first axis is that of the batch's tasks.</summary>
    public Tensor Of(Tensor batch) => Numbers is null ? batch : batch.index_select(0, tensor(Numbers, device: batch.device));
}
