using MissBgm.Runtime;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Tests.Collapsed.Factors;

public sealed class RowBlocksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_cancellation_and_a_foreseen_failure_are_thrown_as_themselves_on_any_number_of_threads(int threads)
    {
        void Run(Exception failure) => RowBlocks.Run(64, 1, threads, () => 0, (_, _, _, _) => throw failure);

        Assert.Throws<OperationCanceledException>(() => Run(new OperationCanceledException()));
        Assert.Throws<UserInputException>(() => Run(new UserInputException("a column")));
    }
}
