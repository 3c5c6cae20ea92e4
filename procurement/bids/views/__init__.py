"""The pages of bids: the bidder's, the officers', and the public opening."""
