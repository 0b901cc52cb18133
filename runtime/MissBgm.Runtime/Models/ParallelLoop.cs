using System.Runtime.ExceptionServices;

namespace MissBgm.Runtime.Models;

/// <summary>Independent pieces of work on several threads.</summary>
internal static class ParallelLoop
{
    /// <summary>Does the pieces 0 to count - 1; a foreseen failure of one of them is thrown as itself.</summary>
    internal static void For(int count, int threads, Action<int> work, CancellationToken cancellation) =>
        For(count, threads, () => work, (own, piece) => own(piece), cancellation);

    /// <summary>The same with scratch memory that each thread makes for itself.</summary>
    internal static void For<TWorkspace>(int count, int threads, Func<TWorkspace> workspace, Action<TWorkspace, int> work, CancellationToken cancellation)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
            Parallel.For(0, count, options, workspace, (piece, _, own) =>
            {
                work(own, piece);
                return own;
            }, _ => { });
        }
        catch (AggregateException e)
        {
            var foreseen = e.InnerExceptions.FirstOrDefault(inner => inner is MissBgmException or OperationCanceledException);
            ExceptionDispatchInfo.Throw(foreseen ?? e.InnerExceptions[0]);
        }
    }
}
