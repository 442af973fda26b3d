//! What holds for the store on every engine.
//!
//! Each check is a function over an empty database. To add one: the function in the file of its
//! subject, and its name in the list below.

pub(crate) mod accounts;
pub(crate) mod audit_trail;
pub(crate) mod cluster_access;
pub(crate) mod constraints;
pub(crate) mod feed;
pub(crate) mod idempotency;
pub(crate) mod key_life;
pub(crate) mod key_walks;
pub(crate) mod lists;
pub(crate) mod members_and_keys;
pub(crate) mod notices;
pub(crate) mod organizations;
pub(crate) mod unit_of_work;

pub(crate) mod whitelists;

pub(crate) mod usage;

/// Makes a test of every check, on the database that `$ground` makes.
macro_rules! on_every_engine {
    ($engine:ident, $ground:expr) => {
        mod $engine {
            $crate::conformance::on_every_engine! { @tests $ground;
                unit_of_work: a_change_commits_whole,
                unit_of_work: a_failed_change_leaves_no_trace,
                unit_of_work: a_panicking_change_leaves_no_trace,
                unit_of_work: a_refused_act_changes_nothing,
                unit_of_work: a_reader_sees_one_snapshot,
                unit_of_work: revisions_continue_after_reopening,
                unit_of_work: another_master_key_is_refused,
                constraints: names_and_ports_are_taken_once,
                constraints: references_must_exist,
                constraints: a_project_has_one_default_key,
                constraints: a_key_opens_clusters_of_its_project_only,
                constraints: the_last_owner_stays,
                feed: every_change_is_seen_in_order,
                feed: changes_say_how_things_are_now,
                feed: batches_end_with_a_revision,
                feed: a_store_put_back_in_time_is_noticed,
                feed: a_detached_cluster_changes_the_keys_that_name_it,
                feed: concurrent_writers_leave_no_gap,
                feed: what_gateways_cannot_see_is_not_published,
                members_and_keys: a_personal_key_follows_its_person,
                members_and_keys: a_personal_key_dies_with_the_membership,
                members_and_keys: a_secret_comes_back_to_its_own_key_only,
                members_and_keys: an_update_replaces_role_and_scope,
                members_and_keys: a_service_credential_reaches_the_feed_only,
                key_life: scope_and_limits_are_kept_and_published,
                key_life: what_is_switched_off_is_gone_for_gateways,
                key_life: a_key_is_replaced_by_one_key_only,
                key_life: descendants_are_found_beyond_the_dead,
                key_life: the_first_report_stays,
                key_life: lists_know_the_life_of_keys,
                key_walks: a_walk_meets_every_key_once_in_either_direction,
                key_walks: a_walk_goes_on_where_its_key_was,
                key_walks: keys_are_counted_as_they_come_and_go,
                key_walks: keys_are_ordered_by_their_last_use,
                key_walks: few_and_many_are_listed_alike,
                idempotency: a_named_request_is_claimed_once,
                idempotency: an_answer_is_kept_sealed_for_a_day,
                idempotency: an_answer_goes_with_its_key,
                organizations: an_invitation_stands_under_its_token_until_it_ends,
                organizations: an_address_is_invited_once_at_a_time,
                organizations: settings_are_kept_whole_and_erase_copies,
                organizations: a_project_goes_with_all_it_holds_and_nothing_else,
                accounts: a_session_opens_with_its_token_until_it_ends,
                accounts: an_unused_session_ends_and_a_used_one_is_seen_coarsely,
                accounts: a_second_factor_is_asked_for_once_confirmed,
                accounts: a_recovery_code_works_once_for_its_person,
                accounts: a_reset_works_until_it_ends_or_another_is_made,
                accounts: a_disabled_person_has_nothing_that_opens,
                accounts: people_are_listed_and_renamed,
                lists: pages_are_stable_and_counted,
                lists: projects_are_found_within_a_reach,
                lists: filters_narrow,
                lists: a_search_finds_what_its_words_begin,
                lists: things_are_found_by_name_and_kind,
                lists: members_are_listed_with_their_roles,
                usage: batches_are_added_up_once,
                usage: usage_is_summed_by_what_is_asked,
                usage: the_last_use_is_the_latest_one,
                usage: usage_is_forgotten_after_400_days,
                audit_trail: every_act_is_recorded_with_its_place,
                audit_trail: the_trail_verifies,
                audit_trail: records_are_found_by_what_they_say,
                notices: a_leak_is_told_once,
                notices: an_end_is_told_once_and_again_when_it_moves,
                notices: owners_are_told_who_can_act,
                whitelists: a_whitelist_is_published_with_every_change,
                whitelists: a_whitelist_has_no_block_twice,
                cluster_access: a_user_is_published_with_every_change,
                cluster_access: names_are_taken_once_on_a_cluster,
                cluster_access: a_role_is_published_as_what_it_holds,
                cluster_access: rights_on_a_cluster_are_those_on_the_whole_of_it,
                cluster_access: a_dropped_role_is_taken_from_its_users,
                cluster_access: a_cluster_takes_its_users_and_roles_along,
                cluster_access: acts_on_them_are_recorded_in_their_project,
            }
        }
    };
    (@tests $ground:expr; $($subject:ident: $check:ident,)*) => {$(
        #[test]
        fn $check() {
            $crate::conformance::$subject::$check(&$ground);
        }
    )*};
}
pub(crate) use on_every_engine;
