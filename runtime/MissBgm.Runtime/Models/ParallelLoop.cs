using System.Runtime.ExceptionServices;

namespace MissBgm.Runtime.Models;

/// <summary>Independent pieces of work on several threads.</summary>
internal static class ParallelLoop
{
    /// <summary>Does the pieces 0 to count - 1; a foreseen failure of one of them is thrown as itself.</summary>
    internal static void For(int count, int threads, Action<int> work, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, work);
        }
        catch (AggregateException e)
        {
            var foreseen = e.InnerExceptions.FirstOrDefault(inner => inner is MissBgmException or OperationCanceledException);
            ExceptionDispatchInfo.Throw(foreseen ?? e.InnerExceptions[0]);
        }
    }
}
